import { expect, it } from 'vitest';

import { subscriberState } from '../../../src/clients/iotx/state.ts';

it.each([
  [{ terminateDate: '2025-06-30', isBarred: true, isActive: true }, 'terminated'],
  [{ terminateDate: null, isBarred: true, isActive: true }, 'barred'],
  [{ terminateDate: null, isBarred: false, isActive: true }, 'active'],
  [{ terminateDate: null, isBarred: false, isActive: false }, 'inactive'],
  [{ terminateDate: '0001-01-01T00:00:00', isBarred: false, isActive: true }, 'active'],
  [{ terminateDate: '1970-01-01', isBarred: false, isActive: true }, 'active'],
  [{ terminateDate: '0', isBarred: false, isActive: true }, 'active'],
  [{ terminateDate: 'some day', isBarred: false, isActive: true }, 'unknown'],
  [{ isActive: true }, 'unknown'],
  [{ isBarred: false }, 'unknown'],
  [{}, 'unknown'],
])('the state of the subscriber %j is %s', (subscriber, state) => {
  expect(subscriberState(subscriber)).toBe(state);
});
