/** A ThingPark client with a fetch that records requests. */
import { expect, it } from 'vitest';

import { type Call, type Fetch, makeCall } from '../../../src/clients/http/client.ts';
import type { AnyEndpoint, AnyInput } from '../../../src/clients/http/endpoint.ts';
import { type ThingparkSettings, thingparkAdapter } from '../../../src/clients/thingpark/adapter.ts';
import { fixedClock } from '../../../src/clock.ts';

export const settings: ThingparkSettings = {
  name: 'fleet-eu',
  oss: { url: 'https://tpe.example', realm: 'users-auth', clientId: 'sub-199900001/ops', clientSecret: 'oss-secret' },
  dx: {
    adminUrl: 'https://dx.example/admin/latest/api',
    coreUrl: 'https://dx.example/core/latest/api',
    clientId: 'tpe-api/jane@example.com',
    clientSecret: 'dx-password',
  },
};

/** A recorded request; `line` is method and URL. */
export interface Sent {
  request: string;
  headers: Record<string, string>;
  body?: string;
}

export const oss = 'https://tpe.example/thingpark/wireless/rest';
export const mine = `${oss}/subscriptions/mine`;
export const core = 'https://dx.example/core/latest/api';
export const admin = 'https://dx.example/admin/latest/api';

export const ossRead = { accept: 'application/json', authorization: 'Bearer oss-token' };
export const ossWrite = { ...ossRead, 'content-type': 'application/json' };
export const dxRead = { accept: 'application/json', authorization: 'Bearer dx-token' };
export const dxWrite = { ...dxRead, 'content-type': 'application/json' };

/** A client that can sign in and gets status 400 for everything else; `requests` contains what it sent. */
export function recording(given: Partial<ThingparkSettings> = {}): { call: Call; requests: Sent[]; learned: string[] } {
  const requests: Sent[] = [];
  const learned: string[] = [];
  const fetch: Fetch = async (url, { method, headers, body }) => {
    requests.push({ request: `${method} ${url}`, headers, ...(body === undefined ? {} : { body }) });
    if (url.endsWith('/openid-connect/token')) return Response.json({ access_token: 'oss-token', expires_in: 300 });
    if (url.endsWith('/oauth/token')) return Response.json({ access_token: 'dx-token', expires_in: 604_800 });
    return new Response('<html>busy</html>', { status: 400 });
  };
  const clock = fixedClock(0);
  return {
    call: makeCall({
      connection: 'fleet-eu',
      adapter: thingparkAdapter({ ...settings, ...given }, clock, (secret) => learned.push(secret)),
      fetch,
      clock,
      random: () => 0.5,
      timeoutMs: 1000,
    }),
    requests,
    learned,
  };
}

/** The request with `boundary` for the random boundary of a multipart body. */
function withFixedBoundary(sent: Sent | undefined): Sent | undefined {
  const boundary = /boundary=(\S+)$/.exec(sent?.headers['content-type'] ?? '')?.[1];
  return boundary === undefined ? sent : JSON.parse(JSON.stringify(sent).replaceAll(boundary, 'boundary'));
}

/** Checks the exact request of each row, and that every operation of the noun has a row. */
export function testPinnedRequests(noun: Record<string, AnyEndpoint>, rows: readonly (readonly [AnyEndpoint, AnyInput, Sent])[]): void {
  const name = Object.values(noun)[0]?.id.split('.').slice(0, 2).join('.');
  it.each(rows.map(([entry, input, wire]) => ({ id: entry.id, entry, input, wire })))(
    '$id sends exactly the pinned request',
    async ({ entry, input, wire }) => {
      const { call, requests } = recording();
      await call.any(entry, input).catch(() => undefined);
      expect(requests).toHaveLength(2);
      expect(withFixedBoundary(requests[1])).toEqual(wire);
    },
  );

  it(`every operation of ${name} has a pinned request`, () => {
    const pinned = new Set(rows.map(([entry]) => entry.id));
    expect(Object.values(noun).filter(({ id }) => !pinned.has(id))).toEqual([]);
  });
}
