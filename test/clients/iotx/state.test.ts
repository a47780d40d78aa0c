import { expect, it } from 'vitest';

import { subscriberState } from '../../../src/clients/iotx/state.ts';

it.each([
  [{ terminateDate: '2025-06-30', isBarred: true, isActive: true }, 'terminated'],
  [{ terminateDate: null, isBarred: true, isActive: true }, 'barred'],
  [{ terminateDate: null, isBarred: false, isActive: true }, 'active'],
  [{ terminateDate: null, isBarred: false, isActive: false }, 'inactive'],
  [{}, 'inactive'],
])('the state of the subscriber %j is %s', (subscriber, state) => {
  expect(subscriberState(subscriber)).toBe(state);
});
