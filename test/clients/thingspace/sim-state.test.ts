import { describe, expect, it } from 'vitest';

import { planOf, stateOf } from '../../../src/clients/thingspace/ids.ts';
import { carrierWords, requestStateOf, simStateOf } from '../../../src/clients/thingspace/sim-state.ts';
import { simOf } from '../../../src/fleet/thingspace.ts';

describe('states of a SIM', () => {
  it.each([
    ['active', 'active'],
    ['Active', 'active'],
    ['ACTIVATED', 'active'],
    ['suspend', 'suspend'],
    ['Suspended', 'suspend'],
    ['deactive', 'deactive'],
    ['DEACTIVATED', 'deactive'],
    ['Pre-active', 'pre-active'],
    ['PRE_ACTIVE', 'pre-active'],
    ['PreActive', 'pre-active'],
    ['PENDING_ACTIVATION', 'pending activation'],
    ['Pending Deactivation', 'pending deactivation'],
    ['pending something', 'pending'],
    ['hibernating', 'unknown'],
    ['', 'unknown'],
    [null, 'unknown'],
    [1, 'unknown'],
  ])('the word %j means the state %s', (word, state) => {
    expect(simStateOf(word)).toBe(state);
  });

  it('a SIM is active when any of its carriers reports it as active, and shows the plan of that carrier', () => {
    const row = {
      carrierInformations: [
        { carrierName: 'Old carrier', servicePlan: 'OLD', state: 'Deactive' },
        { carrierName: 'Verizon Wireless', servicePlan: 'IOTLOW5MB', state: 'Active' },
      ],
    };
    expect([stateOf(row), planOf(row)]).toEqual(['active', 'IOTLOW5MB']);
    expect(carrierWords(row.carrierInformations)).toBe('Deactive at Old carrier, Active at Verizon Wireless');
    expect(simOf({ ...row, deviceIds: [{ id: '89148000000077000037', kind: 'iccId' }] }, 'fleet-us')).toMatchObject({
      state: 'active',
      plan: 'IOTLOW5MB',
    });
  });

  it('a SIM without a state, or with a word that is not known, is of unknown state and not inactive', () => {
    expect(simOf({ carrierInformations: [] }, 'fleet-us')).toMatchObject({ state: 'unknown', providerState: 'unknown' });
    expect(simOf({ carrierInformations: null }, 'fleet-us')).toMatchObject({ state: 'unknown' });
    expect(simOf({ carrierInformations: [null, { state: 'Hibernating' }] }, 'fleet-us')).toMatchObject({
      state: 'unknown',
      providerState: 'hibernating',
    });
  });
});

it.each([
  ['Success', 'success'],
  ['DELIVERED', 'success'],
  ['Failure', 'failed'],
  ['DeliveryFailed', 'failed'],
  ['In Progress', 'pending'],
  ['Queued', 'pending'],
  ['warning', 'pending'],
  ['perhaps', 'unknown'],
  [undefined, 'unknown'],
])('the request status %j means %s', (word, state) => {
  expect(requestStateOf(word)).toBe(state);
});
