/** Imports a file of devices. The plan names every line's device; failed lines in a successful response count as refused. */
import type { Effect } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { column, type ImportLine, importLines } from '../../clients/thingpark/device-import.ts';
import { devices } from '../../clients/thingpark/devices.ts';
import { fence, quoted } from '../../text/fence.ts';
import { hidden } from '../../text/redact.ts';
import { each } from '../each.ts';
import { type At, planner, type Seen } from '../planner.ts';
import { goneUnless } from './absent.ts';
import { checkPlan, checkServers, modelOf } from './catalogue.ts';
import { copyOf } from './device-delete.ts';
import { readByUid, stateOf } from './device-update.ts';
import { traitsOf } from './traits.ts';

const keyColumns: readonly number[] = [column.first, column.second, column.third, column.nwkSEncKey, column.ownerToken];

const euiOf = ({ cells }: Pick<ImportLine, 'cells'>): string => (cells[column.eui] ?? '').toUpperCase();
const cell = ({ cells }: ImportLine, at: number): string => cells[at] ?? '';

/** The lines of a valid file. A Refusal names the line but never its content, which may hold keys. */
function linesOf(csv: string): ImportLine[] {
  const lines = importLines(csv);
  const lineRefusal = (line: number, why: string): Refusal =>
    new Refusal(`csv, line ${line}: ${why}`, 'Nothing was sent. Correct the file.', 'csv');
  if (lines.length === 0) throw new Refusal('csv: contains no device', 'Nothing was sent. Give one line for each device.', 'csv');
  const euis = new Set<string>();
  for (const one of lines) {
    if (one.act === 'CREATE_CELLULAR')
      throw lineRefusal(one.line, 'a cellular device gets its EUI from the platform and cannot be followed; add_cellular_device adds it');
    if (!['CREATE_OTAA', 'CREATE_ABP', 'DELETE'].includes(one.act))
      throw lineRefusal(one.line, 'column A takes CREATE_OTAA, CREATE_ABP or DELETE');
    if (!/^[0-9A-F]{16}$/.test(euiOf(one))) throw lineRefusal(one.line, 'column B takes a DevEUI of 16 hex digits');
    if (euis.has(euiOf(one))) throw lineRefusal(one.line, `${euiOf(one)} appears twice`);
    euis.add(euiOf(one));
    const misplaced = one.cells.findIndex((text, at) => !keyColumns.includes(at) && /^[0-9A-Fa-f]{32}$/.test(text));
    if (misplaced >= 0) throw lineRefusal(one.line, `column ${String.fromCharCode(65 + misplaced)} holds what looks like a key`);
  }
  return lines;
}

/** The provider's message about a line with keys removed, because it may repeat one. */
const safeMessage = (text: string): string => fence(text.replace(/[0-9A-Fa-f]{32,}/g, hidden), 160);

async function inspect(one: ImportLine, at: At): Promise<Seen> {
  const device = euiOf(one);
  const found = await readByUid(`e${device}`, at);
  const target = { device, label: `${device} (line ${one.line})` };
  if (one.act === 'DELETE')
    return found
      ? { ...target, before: copyOf(found), verdict: 'change', ...traitsOf(found) }
      : { ...target, before: {}, verdict: 'refuse', why: 'there is no such device' };
  return found
    ? { ...target, before: { present: 'yes' }, verdict: 'refuse', why: `already there as ${quoted(found.name ?? '')}` }
    : { ...target, before: { present: 'no' }, verdict: 'change', plan: cell(one, column.plan) || undefined };
}

/** Checks the models, plans and application servers that the added lines name. */
async function check(lines: readonly ImportLine[], advanced: boolean, at: At): Promise<void> {
  const adding = lines.filter(({ act }) => act !== 'DELETE');
  for (const model of new Set(adding.map((one) => cell(one, column.model)))) await modelOf(model, 'LORAWAN', at);
  if (advanced) for (const [plan, of] of byPlan(adding)) if (plan) await checkPlan(plan, 'LORAWAN', of.length, at);
  await checkServers([...new Set(adding.flatMap((one) => serversOf(one)))], at);
}

const byPlan = (lines: readonly ImportLine[]) => Map.groupBy(lines, (one) => cell(one, column.plan));
const serversOf = (one: ImportLine): string[] =>
  cell(one, column.appServers)
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);

function describe(lines: readonly ImportLine[], advanced: boolean): string {
  const adding = lines.filter(({ act }) => act !== 'DELETE');
  const deleting = lines.length - adding.length;
  const plans = [...byPlan(adding)].map(
    ([plan, of]) => `${of.length} ${plan ? `on plan ${fence(plan, 40)}` : 'suspended, without a plan'}`,
  );
  const parts = [
    ...(deleting > 0 ? [`DELETE ${deleting} for good with frames, history and alarms`] : []),
    ...(adding.length > 0 ? [`add ${adding.length}${advanced ? `, ${plans.join(', ')}` : ''}`] : []),
  ];
  return `import a file: ${parts.join('; ')}`;
}

export const importFile = planner({
  operation: devices.import,
  async look(inputs, at) {
    const files = inputs.map((input) => {
      const lines = linesOf(input.body.csv);
      // Deletions come first, where an approver reads them.
      return { input, lines: [...lines.filter(({ act }) => act === 'DELETE'), ...lines.filter(({ act }) => act !== 'DELETE')] };
    });
    const all = files.flatMap(({ lines }) => lines);
    const advanced = inputs.some(({ query }) => query?.networkSubscriptionsHandlingMode === 'ADVANCED');
    await check(all, advanced, at);
    const effects: Effect[] = all.some(({ act }) => act === 'DELETE') ? [...devices.import.effects] : ['billing'];
    return {
      targets: await each(all, (one) => inspect(one, at)),
      steps: files.map(({ input, lines }) => ({ input, targets: lines.map(euiOf) })),
      effect: describe(all, advanced),
      noun: 'device',
      effects,
      cost: all.some(({ act }) => act !== 'DELETE') ? 'Takes plan licences, cost unknown' : 'Cost unknown',
      ...(effects.includes('destructive') ? {} : { undo: 'deleting them again, which also deletes their history' }),
      settles: 'at once; failed lines are reported one by one',
      warnings: all.flatMap((one) => (one.act === 'DELETE' ? [`line ${one.line} deletes ${euiOf(one)}`] : [])).slice(0, 20),
    };
  },
  refusals(reply, { body }) {
    const message =
      reply !== null && typeof reply === 'object' && 'message' in reply && typeof reply.message === 'string' ? reply.message : '';
    const lines = importLines(body.csv);
    return message.split(/\r?\n/).flatMap((text) => {
      const found = /^\s*"?([^",]*)"?\s*,\s*line\s*(\d+)\s*,\s*(.*)$/i.exec(text);
      if (!found) return [];
      const [, eui = '', line = '', why = ''] = found;
      const own = lines.find((one) => euiOf(one) === eui.trim().toUpperCase()) ?? lines.find((one) => String(one.line) === line);
      return own ? [{ device: euiOf(own), why: `line ${line}: ${safeMessage(why)}` }] : [];
    });
  },
  async settle(step, at) {
    const deleting = new Set(importLines(step.input.body.csv).flatMap((one) => (one.act === 'DELETE' ? [euiOf(one)] : [])));
    return each(step.targets, async (device) => {
      const found = await readByUid(`e${device}`, at);
      if (deleting.has(device)) return goneUnless(found, device);
      return found
        ? {
            device,
            outcome: 'applied' as const,
            after: { present: 'yes', state: stateOf(found), plan: found.networkSubscription?.ID ?? 'none' },
          }
        : { device, outcome: 'pending' as const, why: 'not there when read back' };
    });
  },
  patience: { ms: 600_000, silence: 'failed' },
});
