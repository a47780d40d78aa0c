/** A ThingSpace connection on answers that a test writes itself, for forms that the sandbox does not play. */

import { thingspacePlanners } from '../../src/changes/thingspace/index.ts';
import { connect } from '../../src/clients/connect.ts';
import type { AnyInput } from '../../src/clients/http/endpoint.ts';
import { memoryLoginLockout } from '../../src/clients/http/login-lockout.ts';
import { thingspaceClient } from '../../src/clients/thingspace/client.ts';
import { fixedClock } from '../../src/clock.ts';
import { startTime } from './test-server.ts';

export interface FakeRequest {
  /** Method and path, for example `POST /api/m2m/v1/devices/actions/list`. */
  route: string;
  body: Record<string, unknown>;
}

export type FakeAnswer = (request: FakeRequest) => unknown;

/** A connection whose requests `answer` answers with 200 and this body; a Response is returned as it is. `sent` lists the requests. */
export function fakeThingspace(answer: FakeAnswer, settings: { account?: string; accounts?: readonly string[] } = {}) {
  const clock = fixedClock(startTime);
  const sent: FakeRequest[] = [];
  const connection = connect(
    {
      name: 'fleet-us',
      provider: 'thingspace',
      sandbox: false,
      writes: true,
      allowGuessed: false,
      settings: { url: 'https://carrier.example', appKey: 'k', appSecret: 's', username: 'u', password: 'p', ...settings },
    },
    thingspaceClient as Parameters<typeof connect>[1],
    {
      clock,
      random: () => 0.5,
      timeoutMs: 30_000,
      registerSecret: () => undefined,
      loginLockout: memoryLoginLockout(),
      fetch: async (url, { method, body }) => {
        const path = new URL(url).pathname;
        if (path.endsWith('/oauth2/token')) return Response.json({ access_token: 'bearer-1', expires_in: 3600 });
        if (path.endsWith('/session/login')) return Response.json({ sessionToken: '0d9e1c1a-6f3d-4f0e-8a3e-3f2f0b9a1d77' });
        const request = { route: `${method} ${path}`, body: body ? JSON.parse(String(body)) : {} };
        sent.push(request);
        const found = answer(request);
        return found instanceof Response ? found : Response.json(found);
      },
    },
  );
  return { connection, clock, sent };
}

/** The answer of ThingSpace to a device that it does not know. */
export const unknownDevice = () =>
  Response.json(
    { errorCode: 'UnifiedWebService.REQUEST_FAILED.DeviceNotFound', errorMessage: 'REQUEST_FAILED. The device does not exist.' },
    { status: 400 },
  );

/** A planner with its context: `inspect` plans the inputs, `settle` reads back a sent step. */
export function plannerOn({ connection, clock }: ReturnType<typeof fakeThingspace>, operation: string) {
  const planner = thingspacePlanners.find((one) => one.operation.id === operation);
  if (!planner) throw new Error(`no planner of ${operation}`);
  const at = { connection, clock };
  return {
    planner,
    inspect: (...inputs: AnyInput[]) => planner.inspect(inputs, at),
    settle: (input: AnyInput, targets: readonly string[], providerRequestId?: string) =>
      planner.settle({ input, targets, providerRequestId, answered: true, sentAt: clock.now(), identifiersOf: () => [] }, at),
  };
}
