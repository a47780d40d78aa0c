/** Success answers that carry an error, or whose list holds nothing readable: never "there is none", and an error where nothing was read. */
import { describe, expect, it } from 'vitest';

import { type PortClient, startPortClient } from '../support/sandbox-on-port.ts';

const pump = '89148000000077000037';
const fridge = 'A81758FFFE0A0001';
const subscriber = '8944990000001000010';

const carrierError = { errorCode: 'UnifiedWebService.REQUEST_FAILED.Throttled', errorMessage: 'the carrier words' };
const envelopes = {
  thingspace: { path: /v1\/devices\/actions\/list$/, list: 'devices', error: carrierError, rest: { hasMoreData: false } },
  thingpark: { path: /\/devices$/, list: 'briefs', error: { code: 25, message: 'the carrier words' }, rest: { more: false, count: 0 } },
  iotx: { path: /\/subscribers$/, list: 'content', error: { error: { code: 'X', message: 'the carrier words' } }, rest: {} },
} as const;
type Name = keyof typeof envelopes;
const names = Object.keys(envelopes) as Name[];

async function expectNoFalseNone({ call }: PortClient): Promise<void> {
  for (const [tool, args] of [
    ['list_devices', {}],
    ['list_devices', { count: true, state: 'active' }],
    ['find_device', { identifier: 'tank-0002' }],
  ] as const) {
    const answer = await call(tool, args);
    expect(answer.isError, answer.text).toBe(true);
    expect(answer.text).not.toMatch(/no match|no device matches|^0 devices|: 0$/m);
  }
}

describe.each(names)('a device list of %s', (name) => {
  const { path, list, error, rest } = envelopes[name];

  it('that is empty beside an error is not said to have no device, and the words of the error arrive', async () => {
    const sandbox = await startPortClient({ only: [name] });
    sandbox.alter(path, () => ({ ...error, ...rest, [list]: [] }));
    await expectNoFalseNone(sandbox);
    expect((await sandbox.call('list_devices')).text).toContain('the carrier words');
  });

  it('of null elements only is not said to have no device', async () => {
    const sandbox = await startPortClient({ only: [name] });
    sandbox.alter(path, () => ({ ...rest, [list]: [null, null] }));
    await expectNoFalseNone(sandbox);
  });

  it('with rows beside an error shows them and repeats the error', async () => {
    const sandbox = await startPortClient({ only: [name] });
    sandbox.alter(path, (answer) => ({ ...answer, ...error }));
    const { text, isError, structured } = await sandbox.call('list_devices', { limit: 2 });
    expect(isError).toBe(false);
    expect(structured.devices).toHaveLength(2);
    expect(text).toContain('the carrier words');
  });
});

it.each([
  ['an error beside an empty list', { ...carrierError, hasMoreData: false, devices: [] }],
  ['null elements only', { hasMoreData: false, devices: [null, null] }],
])('suspend_sim does not say that the carrier does not know a SIM when the list answers %s', async (_, answer) => {
  const { call, alter } = await startPortClient({ only: ['thingspace'] });
  alter(/v1\/devices\/actions\/list$/, () => answer);
  for (const tool of ['suspend_sim', 'get_usage']) {
    const { isError, text } = await call(tool, { sims: [{ iccid: pump }], ...(tool === 'suspend_sim' ? { preview: true } : {}) });
    expect(isError, text).toBe(true);
    expect(text).not.toMatch(/does not know|not in the account|no such/);
  }
});

it('the refusal of an unknown SIM inside a success answer still means that the carrier does not know it', async () => {
  const { call, alter } = await startPortClient({ only: ['thingspace'] });
  alter(/v1\/devices\/actions\/list$/, () => ({
    errorCode: 'UnifiedWebService.REQUEST_FAILED.DeviceNotFound',
    errorMessage: 'REQUEST_FAILED. The device does not exist.',
    devices: [],
  }));
  expect((await call('get_usage', { sims: [{ iccid: pump }] })).text).toContain(`the carrier does not know ${pump}`);
});

it('get_device of ThingPark does not take an error in a success answer for a device', async () => {
  const { call, alter } = await startPortClient({ only: ['thingpark'] });
  alter(/\/devices\/e[0-9A-F]+$/, () => ({ code: 25, message: 'unknown error' }));
  const { isError, text } = await call('get_device', { device: fridge });
  expect(isError).toBe(true);
  expect(text).toContain('unknown error');
});

describe('the tariffs of a stock SIM', () => {
  const provision = { sims: [{ iccid: '89449900000020000109' }], tariff: 4711, preview: true };

  it.each([
    ['null', { content: null }],
    ['a group that is null', { content: { Standard: null } }],
    ['rows without a readable number', { content: { Standard: [{ productSetID: 'n/a', name: 'A' }] } }],
  ])('that come as %s are not said to be none', async (_, answer) => {
    const { call, alter } = await startPortClient({ only: ['iotx'] });
    alter(/tariffs$/, () => answer);
    const { text } = await call('provision_subscriber', provision);
    expect(text).not.toContain('offered: none');
    expect(text).not.toContain('is not offered');
  });

  it('with a group that is null keep the tariffs of the others and do not deny one that is not among them', async () => {
    const { call, alter } = await startPortClient({ only: ['iotx'] });
    alter(/tariffs$/, (answer) => ({ content: { ...answer.content, More: null } }));
    expect((await call('provision_subscriber', provision)).structured.change.targets[0].before).toMatchObject({ state: 'stock' });
    const other = await call('provision_subscriber', { ...provision, tariff: 9999 });
    expect(other.text).not.toContain('is not offered 9999');
    expect(other.text).toContain('9999');
  });
});

it('the products of a subscriber that come as null or as null elements are not said to be none', async () => {
  const { call, alter } = await startPortClient({ only: ['iotx'] });
  for (const content of [null, [null]]) {
    alter(/products\/active$/, () => ({ content }));
    const { isError, text } = await call('list_subscriber_products', { subscriber });
    expect(isError, text).toBe(true);
    expect(text).toContain('the response is not understood');
  }
});
