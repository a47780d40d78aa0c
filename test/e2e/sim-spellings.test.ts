/** Warnings and refusals about SIMs do not depend on the spelling of an IMEI, and a check digit that the carrier has on record is no alarm. */
import { describe, expect, it } from 'vitest';

import { startTestServer } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const tank = '89148000000077000037';
const stock = '89148000000077000444';
const account = '0442000123-00001';

async function start() {
  const server = await startTestServer({ flags: { toolsets: 'thingspace,iotx,operations,changes' } });
  const { call } = await server.connectClient(client);
  const changeOf = async (tool: string, args: object) => (await call(tool, { ...args, preview: true })).structured.change;
  return { ...server, call, changeOf };
}

describe('an IMEI that another SIM holds', () => {
  // The IMEI of the first SIM, with other check digits, without one, and with the software version instead.
  const spellings = ['359000001200091', '35900000120009', '3590000012000917', '35-900000-120009-1', '359000001200098'];

  it.each(spellings)('activate_sim warns of the IMEI %s', async (imei) => {
    const { changeOf } = await start();
    const { warnings } = await changeOf('activate_sim', { sims: [{ iccid: stock, imei }], servicePlan: 'IOTLOW5MB', zipCode: '98801' });
    const held = (warnings as string[]).filter((text) => text.includes('holds IMEI'));
    expect(held).toEqual([expect.stringContaining(`${stock}: SIM ${tank} (active)`)]);
  });

  it.each([
    ['35900000120018', '3590000012001820'],
    ['359000001200182', '3590000012001891'],
  ])('activate_sim warns of two SIMs with one IMEI, spelled %s and %s', async (one, other) => {
    const { changeOf } = await start();
    const sims = [
      { iccid: stock, imei: one },
      { iccid: '89148000000078000131', imei: other },
    ];
    const change = await changeOf('activate_sim', { sims, servicePlan: 'IOTLOW5MB', zipCode: '98801' });
    expect(JSON.stringify(change.warnings)).toContain('is to be used with 2 SIMs');
  });

  it.each(['359000001200182', '35900000120018', '3590000012001820', '35-900000-120018-2'])(
    'swap_sim refuses the IMEI %s of another SIM',
    async (newImei) => {
      const { call } = await start();
      const refused = await call('swap_sim', { iccid: tank, newImei, preview: true });
      expect(refused.isError).toBe(true);
      expect(refused.text).toContain('is known to the carrier already, the new hardware must not be');
    },
  );

  it.each(['359000001200091', '35900000120009', '3590000012000912'])(
    'swap_sim leaves a SIM that has the IMEI %s already',
    async (newImei) => {
      const { changeOf } = await start();
      expect(await changeOf('swap_sim', { iccid: tank, newImei })).toMatchObject({ status: 'unchanged' });
    },
  );

  it('an IMEI that nobody holds gives neither', async () => {
    const { changeOf } = await start();
    const activated = await changeOf('activate_sim', {
      sims: [{ iccid: stock, imei: '35900000990001' }],
      servicePlan: 'IOTLOW5MB',
      zipCode: '98801',
    });
    expect(JSON.stringify(activated.warnings)).not.toContain('holds IMEI');
    expect((await changeOf('swap_sim', { iccid: tank, newImei: '35900000990001' })).status).toBe('planned');
  });
});

describe('the check digit of an ICCID', () => {
  const odd = '89148000000077000031';

  async function withOddIccid() {
    const server = await start();
    const sim = server.world.thingspace.devices.find((one) => one.iccid === tank);
    if (sim) sim.iccid = odd;
    return server;
  }

  it.each([
    ['suspend_sim', { sims: [{ iccid: odd }] }],
    ['set_labels', { sims: [{ iccid: odd }], name: 'site', value: 'west' }],
  ])('%s does not doubt an ICCID that the account has on record exactly so', async (tool, args) => {
    const { changeOf } = await withOddIccid();
    const change = await changeOf(tool, args);
    expect(change.status).toBe('planned');
    expect(JSON.stringify(change.warnings ?? [])).not.toContain('wrong check digit');
  });

  it('an ICCID that the account does not know is doubted', async () => {
    const { changeOf } = await start();
    const change = await changeOf('change_operation', {
      operation: 'thingspace.stock.add',
      input: { body: { accountName: account, state: 'Pre-active', devicesToAdd: [{ deviceIds: [{ id: odd, kind: 'iccid' }] }] } },
    });
    expect(JSON.stringify(change.warnings)).toContain(`ICCID ${odd}: wrong check digit, a digit may be mistyped`);
  });

  it('a subscriber that iot-x has on record exactly so is not doubted', async () => {
    const { call } = await start();
    const refused = await call('provision_subscriber', { sims: [{ iccid: '8944990000001000010' }], tariff: 4711, preview: true });
    expect(refused.text).toContain('already, only stock can be provisioned');
    expect(refused.text).not.toContain('check digit');
  });
});
