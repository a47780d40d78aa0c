/** Imports a file of devices. The plan names every line's device; failed lines in a successful response count as refused. */
import type { Effect } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { importEffects } from '../../clients/thingpark/device-import.ts';
import {
  type ImportRow,
  importCells,
  importColumns,
  onboardingTagOf,
  parseImportRows,
  writeImportFile,
} from '../../clients/thingpark/device-import-file.ts';
import { devices } from '../../clients/thingpark/devices.ts';
import { textMemberOf } from '../../text/is-object.ts';
import { redactedText } from '../../text/redact.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { warning } from '../document/approval-document.ts';
import { joined, nothing, ownText, type Phrase, phrase, quoted, stated } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type Settled, type TargetState, type Warning } from '../planner.ts';
import { checkAppServers, checkConnectivityPlan, modelOf } from './catalogue.ts';
import { deviceSnapshot } from './device-delete.ts';
import { factText, planFactOf } from './fact-text.ts';
import { cellOf as cell, checkedRows, isDeletion, isUpdate, refusedAtLine } from './import-checks.ts';
import { policyAttributesOf } from './policy-attributes.ts';
import { type MemberFact, readMember, readPart, settleDeletion } from './read-back.ts';
import { type DeviceRead, readDeviceByUid, stateOf } from './read-device.ts';
import { reversedEuiWarnings } from './reversed-eui.ts';

/** The provider's message about a line with keys removed, because it may repeat one. */
const safeMessage = (text: string): string => sanitize(text.replace(/[0-9A-Fa-f]{32,}/g, redactedText), 160);

/** What a row asks of its device, with what the device has; keys cannot be read back. */
function askedFacts(row: ImportRow, device: DeviceRead | undefined, advanced: boolean): MemberFact[] {
  const joinEui = row.action.endsWith('OTAA') ? cell(row, importColumns.nwkSKeyOrAppEui) || onboardingTagOf(row)?.joinEui : undefined;
  const place = (value: unknown): string => degrees(value as number | undefined) || 'none';
  const upper = (value: unknown): string =>
    factText(value)
      .toUpperCase()
      .replace(/^NONE$/, 'none');
  const facts: readonly (readonly [string, string | undefined, Pick<MemberFact, 'present' | 'isReadable'>])[] = [
    ['name', cell(row, importColumns.name), readMember(device, 'name')],
    ['model', cell(row, importColumns.model), readPart(device, 'model')],
    ['plan', advanced ? cell(row, importColumns.plan) : '', readPart(device, 'networkSubscription')],
    ['latitude', degrees(cell(row, importColumns.latitude)), readMember(device, 'adminLat', place)],
    ['longitude', degrees(cell(row, importColumns.longitude)), readMember(device, 'adminLon', place)],
    ['joinEui', joinEui, readMember(device, 'appEUI', upper)],
    ['adminInfo', cell(row, importColumns.adminInfo), readMember(device, 'customerAdminData')],
    ['appServers', serversOf(row).sort().join(' '), readMember(device, 'appServers', () => serverIdsOf(device))],
  ];
  return facts.flatMap(([name, requested, read]) => (requested ? [{ name, requested, ...read }] : []));
}

const serverIdsOf = (device: DeviceRead | undefined): string =>
  device?.appServers
    ?.map(({ ID }) => ID ?? '')
    .sort()
    .join(' ') || 'none';

/** Degrees to six places, about 10 cm; the platform may keep fewer digits than were sent. */
function degrees(value: string | number | null | undefined): string {
  return value === undefined || value === null || value === '' ? '' : String(Math.round(Number(value) * 1e6) / 1e6);
}

async function inspect(one: ImportRow, advanced: boolean, at: PlannerContext): Promise<TargetState> {
  const device = one.eui;
  const found = await readDeviceByUid(`e${device}`, at);
  const target = { device, label: `${device} (line ${one.line})` };
  if (isDeletion(one) || isUpdate(one)) {
    if (!found) return { ...target, before: {}, verdict: 'refuse', why: 'there is no such device' };
    const present = Object.fromEntries(askedFacts(one, found, advanced).map((fact) => [fact.name, sanitize(fact.present, 80)]));
    const before = isDeletion(one) ? deviceSnapshot(found) : { ...present, version: String(found.occContext?.version ?? 'unknown') };
    return { ...target, before, becomes: requestedFacts(one), verdict: 'change', ...policyAttributesOf(found) };
  }
  return found
    ? { ...target, before: { present: 'yes' }, verdict: 'refuse', why: `already there as ${quoteName(found.name ?? '')}` }
    : {
        ...target,
        before: { present: 'no' },
        becomes: requestedFacts(one),
        verdict: 'change',
        plan: cell(one, importColumns.plan) || undefined,
      };
}

/** All that a line asks for, cell by cell as it is sent; of a key, that it is set. */
const requestedFacts = (row: ImportRow): Record<string, string> => {
  const cells = importCells(row).map(({ name, value, secret }): [string, string] => [name, secret ? 'set, not shown' : value]);
  const joinEui = onboardingTagOf(row)?.joinEui;
  return { ...(joinEui ? { joinEui } : {}), ...Object.fromEntries(cells) };
};

/** Names of the keys that rows set. */
const keysOf = (rows: readonly ImportRow[]): string[] => [
  ...new Set(rows.flatMap((row) => importCells(row).flatMap(({ name, secret }) => (secret ? [name] : [])))),
];

/** ` with new AppKey`; no read can show the keys that they replace. */
function newKeys(lines: readonly ImportRow[]): Phrase {
  const names = keysOf(lines.filter(isUpdate));
  return names.length === 0 ? nothing : phrase`, new ${ownText(names.join(', '))} (the former keys cannot be read back)`;
}

/** Checks the models, plans and application servers that the added lines name. */
async function check(lines: readonly ImportRow[], advanced: boolean, at: PlannerContext): Promise<Warning[]> {
  const adding = lines.filter((one) => !isDeletion(one));
  const atLine = async <T>(row: ImportRow | undefined, column: number, checking: Promise<T>): Promise<T> =>
    checking.catch((error: unknown) => Promise.reject(refusedAtLine(error, row, column)));
  const models = Map.groupBy(adding, (one) => cell(one, importColumns.model));
  for (const [model, [row]] of models) if (model) await atLine(row, importColumns.model, modelOf(model, 'LORAWAN', at));
  if (advanced)
    for (const [plan, of] of byPlan(adding))
      if (plan) await atLine(of[0], importColumns.plan, checkConnectivityPlan(plan, 'LORAWAN', of.length, at));
  const servers = new Set(adding.flatMap((one) => serversOf(one)));
  return checkAppServers([...servers], at).catch((error: unknown) => {
    const row = adding.find((one) => serversOf(one).some((id) => error instanceof Refusal && error.message.includes(quoteName(id))));
    throw refusedAtLine(error, row, importColumns.appServers);
  });
}

const byPlan = (lines: readonly ImportRow[]) => Map.groupBy(lines, (one) => cell(one, importColumns.plan));
const serversOf = (one: ImportRow): string[] =>
  cell(one, importColumns.appServers)
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);

function describe(lines: readonly ImportRow[], advanced: boolean): Phrase {
  const adding = lines.filter(({ action }) => action.startsWith('CREATE'));
  const updating = lines.filter(isUpdate).length;
  const deleting = lines.filter(isDeletion).length;
  const plans = [...byPlan(adding)].map(
    ([plan, of]) => phrase`${of.length} ${plan ? phrase`on plan ${quoted(plan)}` : phrase`suspended, without a plan`}`,
  );
  const parts = [
    ...(deleting > 0 ? [phrase`DELETE ${deleting} for good with frames, history and alarms`] : []),
    ...(updating > 0 ? [phrase`change ${updating}${newKeys(lines)}`] : []),
    ...(adding.length > 0 ? [phrase`add ${adding.length}${advanced ? phrase`, ${joined(plans)}` : nothing}`] : []),
  ];
  const mode = stated('query.networkSubscriptionsHandlingMode', advanced ? 'ADVANCED' : 'BASIC', nothing);
  return phrase`import a file: ${joined(parts, phrase`; `)}${mode}`;
}

export const importFile = planner({
  operation: devices.import,
  async inspect(inputs, at) {
    const files = inputs.map((input) => {
      const { rows, warnings } = checkedRows(input.body.csv);
      // Deletions come first, where an approver reads them.
      return { input, warnings, lines: [...rows.filter(isDeletion), ...rows.filter((one) => !isDeletion(one))] };
    });
    const all = files.flatMap(({ lines }) => lines);
    const advanced = inputs.some(isAdvanced);
    const serverWarnings = await check(all, advanced, at);
    const effects: Effect[] = [...importEffects(all)];
    const creates = all.some(({ action }) => action.startsWith('CREATE'));
    const targets = await mapWithConcurrency(all, (one) => inspect(one, advanced, at));
    const added = all.filter(({ action }, i) => action.startsWith('CREATE') && targets[i]?.verdict === 'change');
    const reversed = await reversedEuiWarnings(
      added.map(({ eui }) => eui),
      (eui) => readDeviceByUid(`e${eui}`, at),
    );
    return {
      targets,
      // Written anew from its cells: the platform reads what the plan shows, whatever the dialect of the file was.
      steps: files.map(({ input, lines }) => ({
        input: { ...input, body: { csv: writeImportFile(lines) } },
        targets: lines.map(({ eui }) => eui),
      })),
      effect: describe(all, advanced),
      noun: 'device',
      effects,
      cost: creates ? phrase`Takes plan licences, cost unknown` : phrase`Cost unknown`,
      ...(effects.includes('destructive') || keysOf(all.filter(isUpdate)).length > 0 ? {} : { undo: undoOf(all) }),
      settles: phrase`at once; failed lines are reported one by one`,
      warnings: [
        ...all.flatMap((one) => (isDeletion(one) ? [warning('deletes', phrase`line ${one.line} deletes ${quoted(one.eui)}`)] : [])),
        ...files.flatMap(({ warnings }) => warnings),
        ...serverWarnings,
        ...reversed,
      ],
    };
  },
  refusals(reply, { body }) {
    const message = textMemberOf(reply, 'message') ?? '';
    const lines = parseImportRows(body.csv);
    return message.split(/\r?\n/).flatMap((text) => {
      const found = /^\s*"?([^",]*)"?\s*,\s*line\s*(\d+)\s*,\s*(.*)$/i.exec(text);
      if (!found) return [];
      const [, eui = '', line = '', why = ''] = found;
      const own =
        lines.find((one) => one.eui === eui.trim().replaceAll('-', '').toUpperCase()) ?? lines.find((one) => String(one.line) === line);
      return own ? [{ device: own.eui, why: `line ${line}: ${safeMessage(why)}` }] : [];
    });
  },
  async settle(step, at) {
    const rows = new Map(parseImportRows(step.input.body.csv).map((one) => [one.eui, one]));
    const advanced = isAdvanced(step.input);
    return mapWithConcurrency(step.targets, async (device) => {
      const found = await readDeviceByUid(`e${device}`, at);
      const row = rows.get(device);
      if (row && isDeletion(row)) return settleDeletion(found, device);
      if (!found) return { device, outcome: 'pending' as const, why: 'not there when read back' };
      return settleRow(row, found, device, step.answered, advanced);
    });
  },
  settleTimeout: { ms: 600_000, onTimeout: 'failed' },
});

const isAdvanced = ({ query }: { query?: { networkSubscriptionsHandlingMode?: string | undefined } | undefined }): boolean =>
  query?.networkSubscriptionsHandlingMode === 'ADVANCED';

function undoOf(rows: readonly ImportRow[]): Phrase {
  return rows.some(isUpdate)
    ? phrase`importing the previous values, and deleting what was added`
    : phrase`deleting them again, which also deletes their history`;
}

/** A device counts as done only when it has all that its row asked for. */
function settleRow(row: ImportRow | undefined, found: DeviceRead, device: string, answered: boolean, advanced: boolean): Settled {
  const after = { present: 'yes', state: stateOf(found), plan: planFactOf(found) };
  const unmet = row ? askedFacts(row, found, advanced).filter(({ requested, present }) => requested !== present) : [];
  const keys = row && isUpdate(row) ? keysOf([row]) : [];
  if (unmet.length === 0 && keys.length > 0)
    return { device, outcome: 'pending', after, why: `the new ${keys.join(', ')} cannot be read back`, isUndecided: true };
  if (unmet.length === 0) return { device, outcome: 'applied', after };
  const different = unmet
    .map(({ name, requested, present }) => `${name} is ${sanitize(present, 40)}, asked was ${sanitize(requested, 40)}`)
    .join('; ');
  const all = { ...after, ...Object.fromEntries(unmet.map(({ name, present }) => [name, sanitize(present, 80)])) };
  // A new device without a member has none; only what is not understood stays open.
  if (unmet.every(({ present }) => present === 'unknown')) {
    const why = `${unmet.map(({ name }) => name).join(', ')} cannot be read back`;
    return { device, outcome: 'pending', after: all, why, isUndecided: true };
  }
  const what = row && isUpdate(row) ? 'not as asked' : 'it was added, but not as asked';
  return { device, outcome: answered ? 'failed' : 'pending', after: all, why: `${what}: ${different}` };
}
