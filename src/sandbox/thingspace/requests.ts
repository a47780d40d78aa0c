/** Work that is accepted now and done later: one requestId, one outcome per device. */

import type { Told } from '../behaviour.ts';
import { uuidOf } from '../chance.ts';
import type { World } from '../world.ts';
import type { Action, Outcome, TsDevice, TsRequest } from './seed.ts';

/** Carries the act out on one device; a code and words when the device's state forbids it. */
export type Carry = (device: TsDevice, now: number) => readonly [code: string, words: string] | undefined;

/** Accepts a request: answers its id at once and carries it out when `settleMs` have gone by. */
export function accept(world: World, action: Action, targets: readonly TsDevice[], carry: Carry): Told<{ requestId: string }> {
  const ts = world.thingspace;
  const id = uuidOf(world.seed, 'ts-request', ts.requests.size);
  const work = [...new Set(targets)].map((device) => {
    const outcome: Outcome = { iccid: device.iccid, status: 'Pending' };
    return { device, outcome };
  });
  const request: TsRequest = {
    id,
    action,
    account: targets[0]?.account ?? '',
    made: world.clock.now(),
    outcomes: work.map(({ outcome }) => outcome),
  };
  ts.requests.set(id, request);
  world.happenings.after(ts.settleMs, () => {
    request.settled = world.clock.now();
    for (const { device, outcome } of work) {
      const fault = carry(device, world.clock.now());
      outcome.status = fault ? 'Failed' : 'Success';
      if (fault) outcome.fault = { faultcode: `UnifiedWebService.${fault[0]}`, faultstring: `${fault[0].split('.')[0]}. ${fault[1]}` };
    }
  });
  return { status: 200, body: { requestId: id } };
}

/** The word for a whole request; documents give it for a single device only, so one failure counts for all. */
export function statusOf(request: TsRequest): 'Pending' | 'Success' | 'Failure' {
  if (request.settled === undefined) return 'Pending';
  return request.outcomes.some((outcome) => outcome.status === 'Failed') ? 'Failure' : 'Success';
}
