/** Imports a file of devices. The plan names every line's device; failed lines in a successful response count as refused. */

import type { Effect } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { type ImportRow, importColumns, parseImportRows, writeImportRows } from '../../clients/thingpark/device-import.ts';
import { devices } from '../../clients/thingpark/devices.ts';
import { CsvFormatError, spreadsheetDamage } from '../../text/csv.ts';
import { textMemberOf } from '../../text/is-object.ts';
import { redactedText } from '../../text/redact.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type TargetState } from '../planner.ts';
import { checkAppServers, checkConnectivityPlan, modelOf } from './catalogue.ts';
import { deviceSnapshot } from './device-delete.ts';
import { implausibleValues, type LorawanValues } from './implausible.ts';
import { policyAttributesOf } from './policy-attributes.ts';
import { settleDeletion } from './read-back.ts';
import { readDeviceByUid, stateOf } from './read-device.ts';

const keyColumns: readonly number[] = [
  importColumns.nwkSKeyOrAppEui,
  importColumns.appSKeysOrAppKey,
  importColumns.sNwkSIntKeyOrNwkKey,
  importColumns.nwkSEncKey,
  importColumns.ownerToken,
];

const euiOf = ({ cells }: Pick<ImportRow, 'cells'>): string => (cells[importColumns.eui] ?? '').toUpperCase();
const cell = ({ cells }: ImportRow, at: number): string => cells[at] ?? '';

/** Digits of the identifiers and keys of a row, by column. OTAA has the JoinEUI where ABP has a key. */
function identifierWidths(action: string): [column: number, digits: number][] {
  return [
    [importColumns.eui, 16],
    [importColumns.devAddr, 8],
    [importColumns.nwkSKeyOrAppEui, action === 'CREATE_OTAA' ? 16 : 32],
    [importColumns.appSKeysOrAppKey, 32],
    [importColumns.sNwkSIntKeyOrNwkKey, 32],
    [importColumns.nwkSEncKey, 32],
  ];
}

const columnName = (at: number): string => (at < 26 ? '' : 'A') + String.fromCharCode(65 + (at % 26));

/** Why a row cannot be sent; undefined when it can. Never repeats a cell, which may hold a key. */
function problemOf(one: ImportRow): string | undefined {
  if (one.action === 'CREATE_CELLULAR')
    return 'a cellular device gets its EUI from the platform and cannot be followed; add_cellular_device adds it';
  if (!['CREATE_OTAA', 'CREATE_ABP', 'DELETE'].includes(one.action)) return 'column A takes CREATE_OTAA, CREATE_ABP or DELETE';
  for (const [at, digits] of identifierWidths(one.action)) {
    const damage = spreadsheetDamage(cell(one, at), digits);
    if (damage !== undefined && cell(one, at) !== '') return `column ${columnName(at)} ${damage}`;
  }
  if (!/^[0-9A-F]{16}$/.test(euiOf(one))) return 'column B takes a DevEUI of 16 hex digits';
  const broken = one.cells.findIndex((text) => /\p{Cc}/u.test(text));
  if (broken >= 0) return `column ${columnName(broken)} holds a line break or another control character`;
  const misplaced = one.cells.findIndex((text, at) => !keyColumns.includes(at) && /^[0-9A-Fa-f]{32}$/.test(text));
  if (misplaced >= 0) return `column ${columnName(misplaced)} holds what looks like a key`;
  return undefined;
}

/** The rows of a valid file. A Refusal names the line but never its content, which may hold keys. */
function rowsOf(csv: string): ImportRow[] {
  const lineRefusal = (line: number, why: string): Refusal =>
    new Refusal(`csv, line ${line}: ${why}`, 'Nothing was sent. Correct the file.', 'csv');
  let rows: ImportRow[];
  try {
    rows = parseImportRows(csv);
  } catch (error) {
    if (error instanceof CsvFormatError) throw lineRefusal(error.line, error.rule);
    throw error;
  }
  if (rows.length === 0) throw new Refusal('csv: contains no device', 'Nothing was sent. Give one line for each device.', 'csv');
  const euis = new Set<string>();
  for (const one of rows) {
    const problem = problemOf(one);
    if (problem !== undefined) throw lineRefusal(one.line, problem);
    if (euis.has(euiOf(one))) throw lineRefusal(one.line, `${euiOf(one)} appears twice`);
    euis.add(euiOf(one));
  }
  return rows;
}

/** The provider's message about a line with keys removed, because it may repeat one. */
const safeMessage = (text: string): string => sanitize(text.replace(/[0-9A-Fa-f]{32,}/g, redactedText), 160);

async function inspect(one: ImportRow, at: PlannerContext): Promise<TargetState> {
  const device = euiOf(one);
  const found = await readDeviceByUid(`e${device}`, at);
  const target = { device, label: `${device} (line ${one.line})` };
  if (one.action === 'DELETE')
    return found
      ? { ...target, before: deviceSnapshot(found), verdict: 'change', ...policyAttributesOf(found) }
      : { ...target, before: {}, verdict: 'refuse', why: 'there is no such device' };
  return found
    ? { ...target, before: { present: 'yes' }, verdict: 'refuse', why: `already there as ${quoteName(found.name ?? '')}` }
    : { ...target, before: { present: 'no' }, verdict: 'change', plan: cell(one, importColumns.plan) || undefined };
}

/** Checks the models, plans and application servers that the added lines name. */
async function check(lines: readonly ImportRow[], advanced: boolean, at: PlannerContext): Promise<void> {
  const adding = lines.filter(({ action }) => action !== 'DELETE');
  for (const model of new Set(adding.map((one) => cell(one, importColumns.model)))) await modelOf(model, 'LORAWAN', at);
  if (advanced) for (const [plan, of] of byPlan(adding)) if (plan) await checkConnectivityPlan(plan, 'LORAWAN', of.length, at);
  await checkAppServers([...new Set(adding.flatMap((one) => serversOf(one)))], at);
}

function valuesOf(one: ImportRow): LorawanValues {
  const [fourth, fifth] = [cell(one, importColumns.nwkSKeyOrAppEui), cell(one, importColumns.appSKeysOrAppKey)];
  const otaa = one.action.endsWith('OTAA');
  return {
    devEui: euiOf(one),
    ...(otaa ? { joinEui: fourth } : { devAddr: cell(one, importColumns.devAddr) }),
    keys: otaa ? { AppKey: fifth } : { NwkSKey: fourth },
  };
}

const byPlan = (lines: readonly ImportRow[]) => Map.groupBy(lines, (one) => cell(one, importColumns.plan));
const serversOf = (one: ImportRow): string[] =>
  cell(one, importColumns.appServers)
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);

function describe(lines: readonly ImportRow[], advanced: boolean): string {
  const adding = lines.filter(({ action }) => action !== 'DELETE');
  const deleting = lines.length - adding.length;
  const plans = [...byPlan(adding)].map(
    ([plan, of]) => `${of.length} ${plan ? `on plan ${sanitize(plan, 40)}` : 'suspended, without a plan'}`,
  );
  const parts = [
    ...(deleting > 0 ? [`DELETE ${deleting} for good with frames, history and alarms`] : []),
    ...(adding.length > 0 ? [`add ${adding.length}${advanced ? `, ${plans.join(', ')}` : ''}`] : []),
  ];
  return `import a file: ${parts.join('; ')}`;
}

export const importFile = planner({
  operation: devices.import,
  async inspect(inputs, at) {
    const files = inputs.map((input) => {
      const lines = rowsOf(input.body.csv);
      return {
        // The provider gets what was understood here, not a dialect that it might read differently.
        input: { ...input, body: { csv: writeImportRows(lines) } },
        // Deletions come first, where an approver reads them.
        lines: [...lines.filter(({ action }) => action === 'DELETE'), ...lines.filter(({ action }) => action !== 'DELETE')],
      };
    });
    const all = files.flatMap(({ lines }) => lines);
    const advanced = inputs.some(({ query }) => query?.networkSubscriptionsHandlingMode === 'ADVANCED');
    await check(all, advanced, at);
    const effects: Effect[] = all.some(({ action }) => action === 'DELETE') ? [...devices.import.effects] : ['billing'];
    return {
      targets: await mapWithConcurrency(all, (one) => inspect(one, at)),
      steps: files.map(({ input, lines }) => ({ input, targets: lines.map(euiOf) })),
      effect: describe(all, advanced),
      noun: 'device',
      effects,
      cost: all.some(({ action }) => action !== 'DELETE') ? 'Takes plan licences, cost unknown' : 'Cost unknown',
      ...(effects.includes('destructive') ? {} : { undo: 'deleting them again, which also deletes their history' }),
      settles: 'at once; failed lines are reported one by one',
      warnings: [
        ...all.flatMap((one) => (one.action === 'DELETE' ? [`line ${one.line} deletes ${euiOf(one)}`] : [])).slice(0, 20),
        ...all.flatMap((one) => (one.action === 'DELETE' ? [] : implausibleValues(valuesOf(one)))).slice(0, 20),
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
      const own = lines.find((one) => euiOf(one) === eui.trim().toUpperCase()) ?? lines.find((one) => String(one.line) === line);
      return own ? [{ device: euiOf(own), why: `line ${line}: ${safeMessage(why)}` }] : [];
    });
  },
  async settle(step, at) {
    const deleting = new Set(parseImportRows(step.input.body.csv).flatMap((one) => (one.action === 'DELETE' ? [euiOf(one)] : [])));
    return mapWithConcurrency(step.targets, async (device) => {
      const found = await readDeviceByUid(`e${device}`, at);
      if (deleting.has(device)) return settleDeletion(found, device);
      return found
        ? {
            device,
            outcome: 'applied' as const,
            after: { present: 'yes', state: stateOf(found), plan: found.networkSubscription?.ID ?? 'none' },
          }
        : { device, outcome: 'pending' as const, why: 'not there when read back' };
    });
  },
  settleTimeout: { ms: 600_000, onTimeout: 'failed' },
});
