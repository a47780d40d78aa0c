import { describe, expect, it } from 'vitest';

import { paginate } from '../../../src/clients/http/pages.ts';
import { and, eq, gt, like, not } from '../../../src/clients/iotx/filter.ts';
import { iotx } from '../../../src/clients/iotx/index.ts';
import { subscriberState } from '../../../src/clients/iotx/state.ts';
import { subscriberPages } from '../../../src/clients/iotx/subscriber-pages.ts';
import { account, errorResponse } from './account.ts';

const nicknames = async (ask: ReturnType<typeof account>['request'], query: string): Promise<(string | null)[]> => {
  const { body } = await ask(`GET /subscribers?${query}`);
  return (body as { content: { nickname: string | null }[] }).content.map(({ nickname }) => nickname);
};

describe('subscribers.list', () => {
  it('walk reads subscribers.list to the first empty page', async () => {
    const { call, world } = account(260);
    const sizes: number[] = [];
    const ids = new Set<string>();
    for await (const { rows } of paginate(subscriberPages(call))) {
      sizes.push(rows.length);
      for (const { physicalId } of rows) ids.add(physicalId);
    }
    expect(sizes).toEqual([50, 50, 50, 50, 50, 10, 0]);
    expect(ids.size).toBe(260);
    // The walk requests the empty page at the end twice.
    expect(world.requestLog).toHaveLength(8);
  });

  it('walk continues past pages shortened by the provider limit', async () => {
    const { call, world } = account(100);
    world.iotx.page.maxLimit = 30;
    world.faults.arm({ fault: 'bare-lists' });
    const sizes: number[] = [];
    for await (const { rows } of paginate(subscriberPages(call))) sizes.push(rows.length);
    expect(sizes).toEqual([30, 30, 30, 10, 0]);
  });

  it('subscribers.list returns the documented fields of a subscriber', async () => {
    const { request } = account();
    expect(await request('GET /subscribers?limit=1&filter=subscriberId%20eq%20%22447700900101%22')).toEqual({
      status: 200,
      body: {
        content: [
          {
            physicalId: '8944990000001000010',
            subscriberId: '447700900101',
            nickname: 'pump-17',
            subscriberType: 'physical',
            isActive: true,
            isBarred: false,
            networkState: { isOnline: true, isTransferring: false },
            tariffName: 'Demo 50MB',
            lineRental: 150,
            contractLength: 12,
            connectionDate: '2026-03-20T00:00:00.000Z',
            expiryDate: '2027-03-20',
            terminateDate: null,
            dataUsage: 7340032,
            groupId: null,
            operatorCode: 'DEMO1',
            operatorName: 'Demo Operator',
            imsi: '001019000000101',
            eid: null,
            smdpProvider: null,
            dataNumber: null,
            related: null,
          },
        ],
        pagination: { limit: 1, offset: 0, total: 1 },
      },
    });
  });

  it('the seed contains active, barred and terminated subscribers, and a device that ThingPark also has', async () => {
    const { call, world } = account();
    const rows = await call(iotx.subscribers.list, { query: { limit: 7 } });
    expect(rows.map((row) => [row.nickname, subscriberState(row), row.dataUsage])).toEqual([
      ['pump-17', 'active', 7340032],
      ['pump-18', 'active', 51380224],
      ['pump-19', 'barred', 0],
      ['old meter', 'terminated', 0],
      ['soil probe 1', 'active', 0],
      ['buoy 3', 'active', 0],
      ['cold chain probe', 'active', 4320],
    ]);
    expect(rows[6]?.physicalId).toBe('A81758FFFE0A0001');
    expect(world.thingpark.devices.has('A81758FFFE0A0001')).toBe(true);
  });

  it('subscribers.list filters and sorts', async () => {
    const { request, call } = account();
    const rows = await call(iotx.subscribers.list, {
      query: {
        filter: and(like('nickname', 'PUMP-1'), not(eq('isBarred', true)), gt('dataUsage', 1_000_000)).text,
        orderBy: 'dataUsage desc, nickname',
      },
    });
    expect(rows.map(({ nickname }) => nickname)).toEqual(['pump-18', 'pump-16', 'pump-17']);
    const brackets = encodeURIComponent('(nickname eq "buoy 3" or nickname eq "pump-17") and not (tariffName eq "Demo Sat")');
    expect(await nicknames(request, `filter=${brackets}`)).toEqual(['pump-17']);
    expect(await nicknames(request, `filter=${encodeURIComponent('terminateDate ge "2026-01-01"')}`)).toEqual(['old meter']);
    expect(await nicknames(request, 'orderBy=lineRental%20DESC,nickname&limit=2')).toEqual(['boiler-22', 'meter-9']);
  });

  it.each([
    ['filter=colour eq "red"', 'Unknown field colour.'],
    ['filter=nickname eq "red', 'Invalid filter: unreadable at character 12.'],
    ['filter=nickname is "red"', 'Invalid filter: is is not an operator.'],
    ['filter=nickname eq 5', 'Invalid filter: 5 does not fit the field nickname.'],
    ['filter=(nickname eq "red"', 'Invalid filter: ")" expected at the end.'],
    ['filter=nickname eq "a" nickname', 'Invalid filter: nothing expected after a.'],
    ['filter=', 'Invalid filter: a field or a bracket expected at the end.'],
    ['orderBy=nickname up', 'Invalid orderBy: nickname up.'],
    ['limit=0', 'limit must be an integer of at least 1.'],
    ['offset=-1', 'offset must be an integer of at least 0.'],
  ])('subscribers.list refuses %s', async (query, message) => {
    const { request } = account();
    const [name = '', ...value] = query.split('=');
    expect(await request(`GET /subscribers?${name}=${encodeURIComponent(value.join('='))}`)).toEqual(
      errorResponse(400, 'BAD_REQUEST', message),
    );
  });
});

describe('subscribers.read', () => {
  it('subscribers.read finds a DevEUI in upper or lower case and hides stock', async () => {
    const { request } = account();
    expect((await request('GET /subscribers/a81758fffe0a0001')).status).toBe(200);
    expect(await request('GET /subscribers/89449900000020000109')).toEqual(
      errorResponse(404, 'NOT_FOUND', 'Unable to find Subscriber with identifier 89449900000020000109.'),
    );
  });
});

describe('a request without a matching route', () => {
  it('an unknown path returns 404 and a wrong method 405, with the error body of the provider', async () => {
    const { request } = account();
    expect(await request('GET /users')).toEqual(errorResponse(404, 'NOT_FOUND', 'Unable to find the requested resource.'));
    expect(await request('DELETE /alerts')).toEqual(errorResponse(405, 'METHOD_NOT_ALLOWED', 'Method not allowed.'));
  });
});

it('the fault expired-token refuses the key once', async () => {
  const { request, world } = account();
  world.faults.arm({ fault: 'expired-token', provider: 'iotx', skip: 0, times: 1 });
  expect([(await request('GET /tags')).status, (await request('GET /tags')).status]).toEqual([401, 200]);
});
