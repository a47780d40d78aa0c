/** Targets that ThingSpace knows by other identifiers than an ICCID, and every form in which it reports what became of them. */
import { describe, expect, it } from 'vitest';
import { approvalDocument } from '../../../src/changes/document/approval-document.ts';
import { isSameDevice } from '../../../src/changes/same-device.ts';
import { parseCallback } from '../../../src/changes/thingspace/parse-callback.ts';
import { type FakeAnswer, fakeThingspace, plannerOn, unknownDevice } from '../../support/fake-thingspace.ts';

const account = '0442000123-00001';
const meid = 'A10000009296F2';
const mdn = '2085550199';
const list = 'POST /api/m2m/v1/devices/actions/list';

/** A 3G device, known by MEID and MDN only; the MDN is lost with the line. */
const threeG =
  (state: () => string): FakeAnswer =>
  ({ route, body }) => {
    if (route !== list) return [{ hasMoreData: false, provisioningHistory: [] }];
    const { id, kind } = body['deviceId'] as { id: string; kind: string };
    const hasLine = state() !== 'deactive';
    const known = (kind === 'meid' && id === meid) || (kind === 'mdn' && id === mdn && hasLine);
    if (!known) return unknownDevice();
    const deviceIds = [{ id: meid, kind: 'meid' }, ...(hasLine ? [{ id: mdn, kind: 'mdn' }] : [])];
    return { devices: [{ accountName: account, carrierInformations: [{ state: state(), servicePlan: 'IOT3G' }], deviceIds }] };
  };

describe('a device without an ICCID', () => {
  it('is planned and read back by the identifier that the request names', async () => {
    let state = 'Active';
    const { inspect, settle } = plannerOn(fakeThingspace(threeG(() => state)), 'thingspace.devices.suspend');
    const plan = await inspect({ body: { devices: [{ deviceIds: [{ id: meid, kind: 'meid' }] }] } });
    expect(plan.targets).toMatchObject([{ device: meid, before: { state: 'active', plan: 'IOT3G', account }, identifiers: [meid, mdn] }]);
    const [step] = plan.steps;
    expect(await settle(step?.input ?? {}, [meid])).toMatchObject([{ device: meid, outcome: 'pending', after: { state: 'active' } }]);
    state = 'Suspended';
    expect(await settle(step?.input ?? {}, [meid])).toMatchObject([{ device: meid, outcome: 'applied', after: { state: 'suspend' } }]);
  });

  it('named by its MDN is deactivated with its MEID beside it, and found by that when the MDN is gone', async () => {
    let state = 'active';
    const { inspect, settle } = plannerOn(fakeThingspace(threeG(() => state)), 'thingspace.devices.deactivate');
    const plan = await inspect({ body: { accountName: account, reasonCode: 'FF', devices: [{ deviceIds: [{ id: mdn, kind: 'mdn' }] }] } });
    const [step] = plan.steps;
    expect(step?.input).toMatchObject({
      body: {
        devices: [
          {
            deviceIds: [
              { id: mdn, kind: 'mdn' },
              { id: meid, kind: 'meid' },
            ],
          },
        ],
      },
    });
    state = 'deactive';
    expect(await settle(step?.input ?? {}, [mdn])).toMatchObject([{ device: mdn, outcome: 'applied', after: { state: 'deactive' } }]);
  });

  it('with a record that has no state is of unknown state, not outside the account', async () => {
    const { inspect } = plannerOn(fakeThingspace(threeG(() => '')), 'thingspace.devices.suspend');
    const plan = await inspect({ body: { devices: [{ deviceIds: [{ id: meid, kind: 'meid' }] }] } });
    expect(plan.targets).toMatchObject([
      { before: { state: 'unknown' }, verdict: 'refuse', why: 'its state is unknown, only an active SIM can be suspended' },
    ]);
  });
});

it('restore_sim restores a SIM whose state is spelled "Suspended"', async () => {
  const { inspect } = plannerOn(fakeThingspace(threeG(() => 'Suspended')), 'thingspace.devices.restore');
  const plan = await inspect({ body: { devices: [{ deviceIds: [{ id: meid, kind: 'meid' }] }] } });
  expect(plan.targets).toMatchObject([{ verdict: 'change', before: { state: 'suspend' } }]);
});

it('a change for a SIM whose plan is not known does not say "from 0 plans"', async () => {
  const answer: FakeAnswer = ({ route }) => {
    if (route.startsWith('GET')) return [{ code: 'IOTLOW5MB', sizeKb: 5120 }];
    return { devices: [{ accountName: account, carrierInformations: [{ state: 'active' }], deviceIds: [{ id: meid, kind: 'meid' }] }] };
  };
  const { inspect } = plannerOn(fakeThingspace(answer), 'thingspace.plans.change');
  const plan = await inspect({ body: { servicePlan: 'IOTLOW5MB', devices: [{ deviceIds: [{ id: meid, kind: 'meid' }] }] } });
  expect(approvalDocument(plan, 'fleet-us').headline).toContain(': change service plan to IOTLOW5MB. ');
});

it('an EID that holds several SIMs is refused for a change, and all of them are named', async () => {
  const eid = '89049032000000000000000000007711';
  const ids = ['89148000000077000037', '89148000000077000481'];
  const answer: FakeAnswer = () => ({
    devices: ids.map((id) => ({ accountName: account, carrierInformations: [{ state: 'active' }], deviceIds: [{ id, kind: 'iccId' }] })),
  });
  const { inspect } = plannerOn(fakeThingspace(answer), 'thingspace.devices.suspend');
  await expect(inspect({ body: { devices: [{ deviceIds: [{ id: eid, kind: 'eid' }] }] } })).rejects.toThrow(
    `devices: EID "${eid}" holds 2 SIMs: ${ids.join(', ')}`,
  );
});

describe('the status of a profile request', () => {
  const eid = '89049032000000000000000000007711';
  const iccid = '89148000000077000037';
  const input = {
    body: {
      accountName: account,
      smsrOid: '1.3.6.1',
      devices: [
        {
          deviceIds: [
            { id: eid, kind: 'eid' },
            { id: iccid, kind: 'iccid' },
          ],
        },
      ],
    },
  };
  const settleOn = (reply: unknown) =>
    plannerOn(
      fakeThingspace(() => reply),
      'thingspace.profiles.enable',
    ).settle(input, [iccid], 'req-1');

  it.each([
    ['subRequests with a list of ids', { subRequests: [{ ids: [{ id: iccid, kind: 'iccid' }], status: 'Success' }] }],
    ['subrequests with one object that names the EID', { subrequests: [{ ids: { id: eid, kind: 'eid' }, status: 'Success' }] }],
    ['one sub-request instead of a list', { subrequests: { ids: { id: eid, kind: 'EID' }, status: 'SUCCESS' } }],
    ['an ICCID without its check digit', { subRequests: [{ ids: [{ id: iccid.slice(0, 19), kind: 'iccid' }], status: 'success' }] }],
  ])('is understood as %s', async (_, more) => {
    expect(await settleOn({ requestId: 'req-1', status: 'Pending', ...more })).toMatchObject([
      { device: iccid, outcome: 'applied', after: { request: 'Success' } },
    ]);
  });

  it('that failed gives the words of the carrier', async () => {
    const subrequests = [{ ids: { id: eid, kind: 'eid' }, status: 'Failed', message: 'Profile not found' }];
    expect(await settleOn({ status: 'Failed', subrequests })).toMatchObject([
      { outcome: 'failed', why: 'the carrier reports that the request failed: Profile not found' },
    ]);
  });
});

describe('replies of changes that are answered at once', () => {
  const gone = '89148000000077000407';

  it('actions/delete that answers Failed with a message fails this SIM with the message', () => {
    const { planner } = plannerOn(
      fakeThingspace(() => ({})),
      'thingspace.stock.remove',
    );
    const input = { body: { devicesToDelete: [{ deviceIds: [{ id: gone, kind: 'iccid' }] }] } };
    const failed = { status: 'Failed', message: 'The device is not in deactive state.' };
    for (const deviceIds of [{ id: gone, kind: 'iccid' }, [{ id: gone, kind: 'ICCID' }]])
      expect(planner.refusals?.([{ deviceIds, ...failed }], input, [gone])).toEqual([
        { device: gone, why: 'the carrier reports: The device is not in deactive state.' },
      ]);
    expect(planner.refusals?.([{ deviceIds: { id: gone }, status: 'Success' }], input, [gone])).toEqual([]);
  });

  it.each([
    ['success: false with a message', { success: false, message: 'The group name is taken.' }, 'The group name is taken.'],
    ['success: "false"', { success: 'false' }, 'success is false, no reason given'],
    [
      'an errorCode',
      { errorCode: 'UnifiedWebService.REQUEST_FAILED.DeviceGroup.Exists', errorMessage: 'REQUEST_FAILED. The group exists.' },
      'UnifiedWebService.REQUEST_FAILED.DeviceGroup.Exists: REQUEST_FAILED. The group exists.',
    ],
  ])('a 200 with %s is a refusal in the words of the carrier', async (_, reply, words) => {
    const { connection } = fakeThingspace(() => reply);
    const input = { body: { accountName: account, groupName: 'North', groupDescription: 'North' } };
    const { planner } = plannerOn(
      fakeThingspace(() => reply),
      'thingspace.groups.create',
    );
    await expect(connection.call.any(planner.operation, input)).rejects.toMatchObject({
      name: 'ProviderRefused',
      message: expect.stringContaining(words),
      providerFault: false,
    });
  });

  it('a 200 with UnexpectedError may have taken effect', async () => {
    const reply = { errorCode: 'UnifiedWebService.REQUEST_FAILED.UnexpectedError', errorMessage: 'REQUEST_FAILED.' };
    const { planner } = plannerOn(
      fakeThingspace(() => reply),
      'thingspace.devices.suspend',
    );
    const input = { body: { devices: [{ deviceIds: [{ id: gone, kind: 'iccid' }] }] } };
    await expect(fakeThingspace(() => reply).connection.call.any(planner.operation, input)).rejects.toMatchObject({ providerFault: true });
  });
});

describe('callbacks', () => {
  it('the device of a callback may be named in deviceIds, as one object, or inside the response', () => {
    expect(parseCallback({ requestId: 'r', deviceIds: { id: mdn, kind: 'MDN' }, status: 'Success' })).toEqual([
      { requestId: 'r', devices: [mdn], succeeded: true, words: undefined },
    ]);
    const niddMTDeliveryResponse = { reason: 'Timeout, could not deliver data', deviceIds: [{ id: '359000001200091', kind: 'IMEI' }] };
    expect(parseCallback({ requestId: 'r', deviceIds: null, niddResponse: { niddMTDeliveryResponse }, status: 'DeliveryFailed' })).toEqual([
      { requestId: 'r', devices: ['359000001200091'], succeeded: false, words: 'Timeout, could not deliver data' },
    ]);
    expect(parseCallback({ requestId: 'r', niddResponse: { niddMTDeliveryResponse: {} }, status: 'Delivered' })).toMatchObject([
      { succeeded: true, words: 'Delivered' },
    ]);
    expect(parseCallback({ requestId: 'r', status: 'Queued' })).toMatchObject([{ succeeded: undefined }]);
  });

  it.each([
    ['89148000000077000037', '8914800000007700003', true],
    ['8914800000007700003F', '8914800000007700003', true],
    ['359000001200091', '35900000120009', true],
    ['359000001200091', '3590000012000901', true],
    ['2085550101', '12085550101', true],
    ['a10000009296f2', 'A10000009296F2', true],
    ['311480005550001', '311480005550002', false],
    ['89148000000077000037', '89148000000077000038', false],
  ])('%s and %s are the same device: %s', (a, b, same) => {
    expect(isSameDevice(a, b)).toBe(same);
  });
});
