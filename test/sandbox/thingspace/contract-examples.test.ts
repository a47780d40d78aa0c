/** Calls every ThingSpace operation of the sandbox through the product's client, with the example of its contract. */
import { expect, test } from 'vitest';
import type { AnyEndpoint } from '../../../src/clients/http/endpoint.ts';
import { thingspace } from '../../../src/clients/thingspace/index.ts';
import { rejectionOf, sandboxClient } from '../../clients/thingspace/support.ts';

const entries: AnyEndpoint[] = Object.values(thingspace).flatMap((noun) => Object.values(noun));

/** Error codes of the examples that refer to objects or credentials that a new sandbox does not have. */
const refused: Record<string, string> = {
  'thingspace.session.login': 'UnifiedWebService.INPUT_INVALID.Password.Invalid',
  'thingspace.session.resetPassword': 'UnifiedWebService.INPUT_INVALID.Password.Invalid',
  'thingspace.callbacks.remove': 'UnifiedWebService.REQUEST_FAILED.CallbackNotRegistered',
  'thingspace.triggers.read': 'UnifiedWebService.REQUEST_FAILED.TriggerNotFound',
  'thingspace.triggers.update': 'UnifiedWebService.REQUEST_FAILED.TriggerNotFound',
  'thingspace.triggers.remove': 'UnifiedWebService.REQUEST_FAILED.TriggerNotFound',
  'thingspace.hardware.prl': 'UnifiedWebService.REQUEST_FAILED.CallbackNotRegistered',
  'thingspace.diagnostics.suspension': 'UnifiedWebService.REQUEST_FAILED.CallbackNotRegistered',
  'thingspace.globalDevices.requestStatus': 'UnifiedWebService.REQUEST_FAILED.RequestNotFound',
};

test.each(entries.map((entry) => [entry.id, entry] as const))('the sandbox handles the contract example of %s', async (id, entry) => {
  const { call, clock, world } = sandboxClient();
  const code = refused[id];
  if (code !== undefined) {
    expect(await rejectionOf(call.any(entry, entry.example))).toMatchObject({ name: 'ProviderRefused', status: 400, code });
    return;
  }
  const answer = await call.any(entry, entry.example);
  if (entry.reply) expect(answer).toBeDefined();
  clock.advance(5000);
  const newest = [...world.thingspace.requests.values()].at(-1);
  if (answer !== null && typeof answer === 'object' && 'requestId' in answer && !('status' in answer)) {
    expect(newest?.id).toBe(answer.requestId);
    expect(newest?.settled).toBe(clock.now());
  }
});
