import { type triggers as contracts, triggerMembers } from '../../clients/thingspace/triggers.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import { seededUuid } from '../random.ts';
import type { World } from '../world.ts';
import { scheduleChecks } from './alerts.ts';
import { readBody, required } from './body.ts';
import { accountOf } from './device-lookup.ts';
import { apiError } from './errors.ts';
import { easternTime } from './serialize.ts';
import type { Trigger, TriggerDefinition } from './state.ts';

function isCategory(text: string): text is keyof typeof triggerMembers {
  return Object.hasOwn(triggerMembers, text);
}

/** Reads and validates a trigger request. The error codes for a wrong category and an unknown trigger are not documented. */
function readTrigger(world: World, sent: Record<string, unknown>): TriggerDefinition {
  const category = required(sent, 'triggerCategory');
  if (!isCategory(category)) throw apiError('INPUT_INVALID.TriggerCategory.Invalid', 'There is no such trigger category.');
  const member = triggerMembers[category];
  const request = asObject(member === undefined ? undefined : sent[member]);
  if (member !== undefined && Object.keys(request).length === 0)
    throw apiError('DeserializationFailed', `The element ${member} is missing.`);
  const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
  const group = asText(sent['groupName']) ?? '';
  if (group !== '' && !world.thingspace.groups.some((one) => one.name === group && one.account === account))
    throw apiError('REQUEST_FAILED.DeviceGroupNotFound', 'The device group does not exist.');
  const names = ['comparator', 'threshold', 'thresholdUnit', 'smsType'] as const;
  const bound = Object.fromEntries(names.flatMap((name) => (asText(request[name]) === undefined ? [] : [[name, asText(request[name])]])));
  return { account, group, category, condition: bound };
}

function triggerOf(world: World, id: string): Trigger {
  const trigger = world.thingspace.triggers.get(id);
  if (!trigger) throw apiError('REQUEST_FAILED.TriggerNotFound', 'The trigger does not exist.');
  return trigger;
}

function serializeTrigger(trigger: Trigger) {
  return {
    triggerId: trigger.id,
    triggerName: trigger.name,
    organizationName: 'Example Tank Co',
    triggerCategory: trigger.category,
    triggerCycle: trigger.cycle,
    accountName: trigger.account,
    groupName: trigger.group,
    ...trigger.condition,
    createdAt: easternTime(trigger.created),
    modifiedAt: easternTime(trigger.modified),
  };
}

const noAlerts = (): Trigger['alerted'] => ({ cycle: 0, iccids: new Set() });

export const triggers: Handlers<typeof contracts> = {
  create({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const values = readTrigger(world, sent);
    const name = required(sent, 'name');
    ts.triggersCreated += 1;
    const id = seededUuid(world.seed, 'ts-trigger', ts.triggersCreated);
    const now = world.clock.now();
    const cycle = asText(sent['triggerCycle']) ?? '';
    const trigger: Trigger = { id, name, ...values, cycle, active: true, created: now, modified: now, alerted: noAlerts() };
    ts.triggers.set(id, trigger);
    scheduleChecks(world, trigger);
    return { status: 200, body: { triggerId: id } };
  },

  list: ({ world }) => ({ status: 200, body: [{ triggers: [...world.thingspace.triggers.values()].map(serializeTrigger) }] }),

  read: ({ world, path }) => ({ status: 200, body: [{ triggers: [serializeTrigger(triggerOf(world, path.triggerId))] }] }),

  update({ world, body }) {
    const sent = readBody(body);
    const trigger = triggerOf(world, required(sent, 'triggerId'));
    Object.assign(trigger, readTrigger(world, sent), {
      name: required(sent, 'triggerName'),
      modified: world.clock.now(),
      alerted: noAlerts(),
    });
    if (typeof sent['active'] === 'boolean') trigger.active = sent['active'];
    return { status: 200, body: { triggerId: trigger.id } };
  },

  remove({ world, path }) {
    const { id } = triggerOf(world, path.triggerId);
    world.thingspace.triggers.delete(id);
    return { status: 200, body: { triggerId: id } };
  },
};
