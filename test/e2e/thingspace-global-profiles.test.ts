/** Profiles of the Global IoT Orchestration and activation codes, through change_operation. */
import { describe, expect, it } from 'vitest';
import { parseCallback } from '../../src/changes/thingspace/parse-callback.ts';
import type { TsDevice } from '../../src/sandbox/thingspace/state.ts';
import type { World } from '../../src/sandbox/world.ts';
import { startPortClient } from '../support/sandbox-on-port.ts';
import { countRequests, no, startTestServer, type TestClient, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto', person: yes } as const;
const flags = { toolsets: 'thingspace,changes,operations' };
const account = '0442000123-00001';
const pump = '89148000000077000037';
const second = '89148000000077000998';
const eid = '89049032000000000000000000007711';
const suspendOne = 'thingspace.globalProfiles.suspend';
const profile = { body: { accountName: account, devices: [{ deviceIds: [{ id: pump, kind: 'iccid' }] }], servicePlan: 'IOTSHR250MB' } };
const euicc = { body: { accountName: account, devices: [{ deviceIds: [{ id: eid, kind: 'eid' }] }] } };

const simOf = (world: World, iccid: string): TsDevice | undefined => world.thingspace.devices.find((one) => one.iccid === iccid);

async function fleet(person = yes) {
  const { connectClient, world } = await startTestServer({ flags });
  const { call, asked } = await connectClient({ ...client, person });
  const change = async (operation: string, input: unknown) => (await call('change_operation', { operation, input })).structured.change;
  return { call, asked, world, change };
}

/** Polls an accepted change until it ends. */
async function ended(call: TestClient['call'], { id }: { id: string }) {
  return (await call('get_change', { change: id, waitSeconds: 30 })).structured.change;
}

/** Adds a second active SIM on the eUICC of the pump. */
function addSecondSim(world: World): void {
  const first = simOf(world, pump);
  if (!first) throw new Error('the sandbox has no pump');
  const added = { ...first, n: world.thingspace.nextDevice++, iccid: second, mdnIndex: world.thingspace.nextMdnIndex++ };
  delete added.imei;
  world.thingspace.devices.push(added);
  world.thingspace.index = undefined;
}

describe('a global profile', () => {
  it('globalProfiles.suspend ends the service of one profile, and undo_change resumes it', async () => {
    const { call, asked, world, change } = await fleet();
    const sent = await change(suspendOne, profile);
    expect(asked[0]).toContain('suspend the global profile on plan IOTSHR250MB, no service through it until it is resumed');
    expect(asked[0]).toContain('Billing while suspended depends on the contract');
    expect(await ended(call, sent)).toMatchObject({
      status: 'applied',
      targets: [{ before: { state: 'active', plan: 'IOTSHR250MB', account }, after: { state: 'suspend' } }],
    });
    expect(simOf(world, pump)?.state).toBe('suspend');
    expect((await change(suspendOne, profile)).status).toBe('unchanged');

    const { change: undone } = (await call('undo_change', { change: sent.id })).structured;
    expect(await ended(call, undone)).toMatchObject({ status: 'applied', targets: [{ after: { state: 'active' } }] });
    expect(simOf(world, pump)?.state).toBe('active');
    expect(countRequests(world, 'thingspace.globalProfiles.resume')).toBe(1);
  });

  it('a lead profile that the carrier does not suspend on its own fails with the reason, and nothing changes', async () => {
    const { call, world, change } = await fleet();
    const line = simOf(world, pump);
    if (line) line.profile = 'NOT_DOWNLOADED';
    const sent = await change(suspendOne, profile);
    expect(await ended(call, sent)).toMatchObject({ status: 'failed', explanation: 'the carrier reports that the request failed' });
    expect(line?.state).toBe('active');
  });

  it('a lost answer to globalProfiles.suspend is settled by the state of the SIM, and the request is sent once', async () => {
    const { call, world, change } = await fleet();
    world.faults.arm({ fault: 'lost-answer', operation: suspendOne, skip: 0, times: 1 });
    expect(await ended(call, await change(suspendOne, profile))).toMatchObject({
      status: 'applied',
      targets: [{ after: { state: 'suspend' } }],
    });
    expect(countRequests(world, suspendOne)).toBe(1);
  });

  it('globalProfiles.download leaves the profile disabled', async () => {
    const { call, world, change } = await fleet();
    const line = simOf(world, pump);
    if (line) line.profile = 'NOT_DOWNLOADED';
    const sent = await change('thingspace.globalProfiles.download', profile);
    expect(await ended(call, sent)).toMatchObject({ status: 'applied', targets: [{ after: { request: 'Success' } }] });
    expect(line?.profile).toBe('DOWNLOAD_DISABLE');
  });

  it('nothing is sent when the person declines, and a SIM that is not active is refused', async () => {
    const declined = await fleet(no);
    await declined.change(suspendOne, profile);
    expect(countRequests(declined.world, suspendOne)).toBe(0);
    const { change } = await fleet();
    const stock = { body: { accountName: '0442000123-00002', devices: [{ deviceIds: [{ id: '89148000000077000444', kind: 'iccid' }] }] } };
    expect((await change(suspendOne, stock)).explanation).toContain('it is "pre-active", it cannot be suspended');
  });
});

describe('a whole eUICC', () => {
  it('globalProfiles.suspendDevice suspends every active SIM of an eUICC, and undo_change resumes exactly those', async () => {
    const { call, asked, world, change } = await fleet();
    addSecondSim(world);
    const sent = await change('thingspace.globalProfiles.suspendDevice', euicc);
    expect(asked[0]).toContain(
      `(2 SIMs) on sandbox-thingspace: suspend the whole eUICC ${eid}, lead profile included: it cannot be reached.`,
    );
    expect(await ended(call, sent)).toMatchObject({
      status: 'applied',
      targets: [
        { device: pump, before: { state: 'active', eid }, after: { state: 'suspend' } },
        { device: second, before: { state: 'active', eid }, after: { state: 'suspend' } },
      ],
    });
    const { change: undone } = (await call('undo_change', { change: sent.id })).structured;
    expect((await ended(call, undone)).status).toBe('applied');
    expect([pump, second].map((iccid) => simOf(world, iccid)?.state)).toEqual(['active', 'active']);
  });

  it('a profile that was suspended before its eUICC stays suspended, and the change does not claim that it was resumed', async () => {
    const { call, asked, world, change } = await fleet();
    addSecondSim(world);
    await ended(call, await change(suspendOne, profile));
    await ended(call, await change('thingspace.globalProfiles.suspendDevice', euicc));
    const resumed = await change('thingspace.globalProfiles.resumeDevice', euicc);
    expect(asked.at(-1)).toContain('Warning: a profile that was suspended before its device stays suspended');
    const { targets } = await ended(call, resumed);
    expect(targets).toMatchObject([
      { device: pump, outcome: 'pending', why: 'the carrier reports success, but the SIM is "suspend"' },
      { device: second, outcome: 'applied', after: { state: 'active' } },
    ]);
    expect([pump, second].map((iccid) => simOf(world, iccid)?.state)).toEqual(['suspend', 'active']);
  });

  it('an eUICC is named by one EID, and an unknown one is refused', async () => {
    const { call, world, change } = await fleet();
    const named = await call('change_operation', { operation: 'thingspace.globalProfiles.suspendDevice', input: profileWithoutPlan });
    expect(named.text).toContain('must be one EID');
    const unknown = { body: { accountName: account, devices: [{ deviceIds: [{ id: '89049032000000000000000000009999', kind: 'eid' }] }] } };
    expect((await change('thingspace.globalProfiles.suspendDevice', unknown)).explanation).toContain('the carrier does not know this EID');
    expect(countRequests(world, 'thingspace.globalProfiles.suspendDevice')).toBe(0);
  });
});

const profileWithoutPlan = { body: { accountName: account, devices: profile.body.devices } };

describe('an activation code', () => {
  it('profiles.renewActivationCode is for deactivated SIMs, and the code appears neither in the change nor in its question', async () => {
    const { call, asked, world, change } = await fleet();
    const operation = 'thingspace.profiles.renewActivationCode';
    expect((await change(operation, profileWithoutPlan)).explanation).toContain(
      'it is "active", only a deactivated SIM gets a new activation code',
    );
    const line = simOf(world, pump);
    if (line) line.state = 'deactive';
    const done = await ended(call, await change(operation, profileWithoutPlan));
    expect(done).toMatchObject({ status: 'applied', targets: [{ after: { request: 'Success' } }] });
    expect(line?.activationCode).toMatch(/^LPA:1\$smdp\.example\$[0-9A-F-]{36}$/);
    expect(asked[0]).toContain('issue a new activation code, the previous one may stop working');
    expect(asked[0]).toContain('has no listener for DeviceProfileService: the result will not be delivered');
    expect(JSON.stringify(done)).not.toContain('smdp.example');
  });
});

it('an EID in a request ledger is looked up once for all SIMs that it may name', async () => {
  const asked: string[] = [];
  const { call, world, alter } = await startPortClient({ only: ['thingspace'] });
  const lines = world.thingspace.devices.filter(({ account: of, state }) => of === account && state === 'active').slice(0, 3);
  alter(/\/v2\/.*status$|devices\/actions\/list$/, (answer, { path, body }) => {
    if (!path.endsWith('/status')) {
      const { id, kind } = JSON.parse(body).deviceId ?? {};
      if (kind === 'eid') asked.push(id);
      return undefined;
    }
    const others = ['89049032000000000000000000001111', '89049032000000000000000000002222'];
    return {
      requestId: answer.requestId,
      status: 'Success',
      subrequests: others.map((id) => ({ ids: { id, kind: 'eid' }, status: 'Success' })),
    };
  });
  const devices = lines.map(({ iccid }) => ({ deviceIds: [{ id: iccid, kind: 'iccid' }] }));
  const { change } = (
    await call('change_operation', {
      operation: 'thingspace.globalProfiles.download',
      input: { body: { accountName: account, devices, servicePlan: 'IOTSHR250MB' } },
    })
  ).structured;
  asked.length = 0;
  const { structured } = await call('get_change', { change: change.id });
  expect(structured.change.status).toBe('accepted');
  expect(asked).toEqual(['89049032000000000000000000001111', '89049032000000000000000000002222']);
});

it('parseCallback reports the failed and the succeeded devices of a list in which each device has a status', () => {
  const row = (id: string, status: string, message?: string) => ({ deviceIds: [{ id, kind: 'iccid' }], status, message });
  const message = {
    requestId: 'r-1',
    deviceResponse: { uploadResponse: [row(pump, 'Success'), row(second, 'Failed', 'The device is known already.')] },
    status: 'Success',
  };
  expect(parseCallback(message)).toEqual([
    { requestId: 'r-1', devices: [second], succeeded: false, words: 'The device is known already.' },
    { requestId: 'r-1', devices: [pump], succeeded: true, words: undefined },
  ]);
  const good = { ...message, deviceResponse: { uploadResponse: [row(pump, 'Success')] } };
  expect(parseCallback(good)).toMatchObject([{ devices: [pump], succeeded: true }]);
});
