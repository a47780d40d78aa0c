import { expect, it } from 'vitest';

import { lostReason } from '../../src/changes/outcome.ts';
import { ProviderRefused, Unreachable } from '../../src/clients/http/errors.ts';

const refused = (message: string) => new ProviderRefused({ connection: 'verizon', status: 503, message });

it.each<[unknown, string]>([
  [refused('Service unavailable, please try again later.'), 'verizon refused with HTTP 503: Service unavailable'],
  [refused('Internal error. Retry the request in 5 minutes. Ticket 4711'), 'verizon refused with HTTP 503: Internal error. Ticket 4711'],
  [refused('Please re-submit your request.'), 'the provider did not say why'],
  [refused('Queue full; resend it'), 'verizon refused with HTTP 503: Queue full'],
  [new Unreachable('lora', 'ECONNRESET', 'maybe'), 'lora did not answer: ECONNRESET'],
  ['odd', 'unknown problem'],
])('the reason of an unknown outcome leaves out advice to send again: %s', (error, reason) => {
  expect(lostReason(error)).toBe(reason);
});
