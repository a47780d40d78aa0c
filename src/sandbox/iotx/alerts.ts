import type { alerts as contracts } from '../../clients/iotx/alerts.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { dateTime, iotxRefusal, notFound } from './envelope.ts';
import type { Fields } from './filter.ts';
import { listPage } from './list-page.ts';
import { isVisible } from './serialize-subscriber.ts';
import type { Alert } from './state.ts';

const alertFields: Fields<Alert> = {
  id: { kind: 'number', of: (alert) => alert.id },
  ruleType: { kind: 'text', of: (alert) => alert.ruleType },
  target: { kind: 'text', of: (alert) => alert.target },
  lowerThreshold: { kind: 'number', of: (alert) => alert.lowerThreshold },
  upperThreshold: { kind: 'number', of: (alert) => alert.upperThreshold },
  dateCreated: { kind: 'text', of: (alert) => dateTime(alert.created) },
};

export const alerts: Handlers<typeof contracts> = {
  list: ({ world, query }) => ({ status: 200, body: listPage(world, query, [...world.iotx.alerts.values()], alertFields, serializeAlert) }),

  create({ world, body }) {
    const { iotx, clock } = world;
    const id = Math.max(0, ...[...iotx.alerts.values()].map((alert) => alert.id)) + 1;
    const alert = { id, ...parseRule(world, asObject(body)), created: clock.now() };
    iotx.alerts.set(String(id), alert);
    iotx.changes.push({
      at: clock.now(),
      operation: 'iotx.alerts.create',
      target: String(id),
      what: `alert ${alert.ruleType}`,
      fee: false,
    });
    return { status: 200, body: serializeAlert(alert) };
  },

  update({ world, path, body }) {
    const { iotx, clock } = world;
    const alert = iotx.alerts.get(path.id);
    if (!alert) throw notFound('Alert', path.id);
    const next = { ...alert, ...parseRule(world, { ...alert, ...asObject(body) }) };
    iotx.alerts.set(path.id, next);
    iotx.changes.push({ at: clock.now(), operation: 'iotx.alerts.update', target: path.id, what: `alert ${next.ruleType}`, fee: false });
    return { status: 200, body: serializeAlert(next) };
  },
};

function serializeAlert({ created, ...alert }: Alert) {
  return { ...alert, dateCreated: dateTime(created) };
}

function parseRule(world: World, sent: Record<string, unknown>): Pick<Alert, 'ruleType' | 'target' | 'lowerThreshold' | 'upperThreshold'> {
  const ruleType = asText(sent['ruleType']) ?? '';
  if (!['sim', 'company', 'grouppr', 'groupfptp'].includes(ruleType))
    throw iotxRefusal(400, 'ruleType must be sim, company, grouppr or groupfptp.');
  const target = asText(sent['target']) ?? null;
  if (ruleType !== 'company' && !targetExists(world, ruleType, target)) throw iotxRefusal(400, `target ${target ?? ''} does not exist.`);
  const lowerThreshold = parseThreshold(sent, 'lowerThreshold');
  const upperThreshold = parseThreshold(sent, 'upperThreshold');
  if (upperThreshold <= lowerThreshold) throw iotxRefusal(400, 'upperThreshold must be above lowerThreshold.');
  return { ruleType, target: ruleType === 'company' ? null : target, lowerThreshold, upperThreshold };
}

/** A `sim` rule accepts the subscriberId or the physicalId, because the manual's reference and its sample differ. */
function targetExists(world: World, ruleType: string, target: string | null): boolean {
  const all = [...world.iotx.subscribers.values()].filter(isVisible);
  if (ruleType === 'sim') return all.some((one) => one.subscriberId === target || one.physicalId === target);
  return all.some((one) => one.groupId !== null && String(one.groupId) === target);
}

/** A threshold in bytes, sent as a number or as a string of digits. */
function parseThreshold(sent: Record<string, unknown>, name: string): number {
  const value = Number(asText(sent[name]) ?? Number.NaN);
  if (!Number.isInteger(value) || value < 0) throw iotxRefusal(400, `${name} must be a number of bytes.`);
  return value;
}
