/** The SIMs behind a group: they count as touched when the group or its trigger changes. */
import { expect, it } from 'vitest';

import { membersBehind } from '../../../src/changes/thingspace/group-members.ts';
import { type FakeAnswer, fakeThingspace, plannerOn } from '../../support/fake-thingspace.ts';

const accountName = '0442000123-00001';
const list = 'POST /api/m2m/v1/devices/actions/list';

const rowOf = (n: number, group = 'West') => ({
  accountName,
  deviceIds: [{ id: String(89148000000080000000n + BigInt(n)), kind: 'iccid' }],
  carrierInformations: [{ state: 'active', servicePlan: 'IOTLOW5MB' }],
  customFields: [{ key: 'CustomField1', value: `tank ${n}` }],
  extendedAttributes: [{ key: 'DeviceId', value: String(n) }],
  groupNames: [group],
});

/** A device list of `count` rows in pages of 500. */
const listOf =
  (count: number, group?: string): FakeAnswer =>
  ({ body }) => {
    const after = Number(body['largestDeviceIdSeen'] ?? 0);
    const rows = Array.from({ length: Math.min(500, count - after) }, (_, i) => rowOf(after + i + 1, group));
    return { hasMoreData: after + rows.length < count, devices: rows };
  };

const behind = (answer: FakeAnswer, scopes: Parameters<typeof membersBehind>[0] = [{ accountName, groupName: 'West' }]) =>
  membersBehind(scopes, fakeThingspace(answer));

it('members are given with name, groups and plan, for the policy rules', async () => {
  expect(await behind(listOf(1))).toEqual({
    dependents: {
      noun: 'SIM',
      count: 1,
      devices: [{ device: '89148000000080000001', label: '89148000000080000001', name: 'tank 1', groups: ['West'], plan: 'IOTLOW5MB' }],
    },
    warnings: [],
  });
});

it('at most 1,000 are read, and the count says that there may be more', async () => {
  const { connection, sent } = fakeThingspace(listOf(2600));
  const { dependents } = await membersBehind([{ accountName, groupName: 'West' }], { connection });
  expect([dependents?.count, dependents?.atLeast, dependents?.devices.length]).toEqual([1000, true, 1000]);
  expect(sent.filter(({ route }) => route === list)).toHaveLength(2);
  expect((await behind(listOf(1000))).dependents).toMatchObject({ count: 1000 });
  expect((await behind(listOf(1000))).dependents).not.toHaveProperty('atLeast');
  expect((await behind(listOf(2600), [{ accountName, groupName: 'West', counted: 2600 }])).dependents).toMatchObject({ count: 2600 });
});

it('SIMs of another group, from a carrier that ignores the filter, are no members', async () => {
  expect(await behind(listOf(3, 'East'))).toEqual({ warnings: [] });
  const mixed: FakeAnswer = () => ({ hasMoreData: false, devices: [rowOf(1), rowOf(2, 'East')] });
  expect((await behind(mixed)).dependents).toMatchObject({ count: 1, atLeast: true });
});

it('members that cannot be read are left out with a warning', async () => {
  const { dependents, warnings } = await behind(() => Response.json({ errorCode: 'X.Y', errorMessage: 'no' }, { status: 400 }));
  expect(dependents).toBeUndefined();
  expect(warnings.map(({ code }) => code)).toEqual(['members-unknown']);
});

it('a trigger touches the members of its old group as well as of the new one', async () => {
  const trigger = { triggerId: 't1', triggerName: 'heavy', accountName, groupName: 'East', modifiedAt: '2026-01-01T00:00:00Z' };
  const answer: FakeAnswer = ({ route, body }) => {
    if (route.endsWith('/triggers')) return [{ triggers: [trigger] }];
    if (route.startsWith('GET /api/m2m/v1/groups')) return [{ name: 'West' }, { name: 'East' }];
    if (route.startsWith('GET')) return [{ serviceName: 'AlertService', url: 'https://a.example' }];
    return { hasMoreData: false, devices: body['groupName'] === 'East' ? [rowOf(1, 'East')] : [rowOf(2), rowOf(3)] };
  };
  const body = {
    triggerId: 't1',
    triggerName: 'heavy',
    accountName,
    groupName: 'West',
    triggerCategory: 'DeviceIMEIChange',
    active: false,
  };
  const update = await plannerOn(fakeThingspace(answer), 'thingspace.triggers.update').inspect({ body });
  expect(update.dependents).toMatchObject({ noun: 'SIM', count: 3 });
  const remove = await plannerOn(fakeThingspace(answer), 'thingspace.triggers.remove').inspect({ path: { triggerId: 't1' } });
  expect(remove.dependents).toMatchObject({ noun: 'SIM', count: 1, devices: [{ device: '89148000000080000001', groups: ['East'] }] });
});
