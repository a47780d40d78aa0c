import { expect, it } from 'vitest';

import { subjectOf } from '../../../src/changes/rules/subject.ts';

it('subjectOf includes only the targets that would change, with the name, groups and plan that were read', () => {
  const target = (device: string, verdict: 'change' | 'unchanged' | 'refuse') => ({ device, label: device, before: {}, verdict });
  expect(
    subjectOf({
      operation: { id: 'thingspace.devices.suspend' },
      connection: { name: 'verizon', provider: 'thingspace' },
      caller: 'chatops',
      at: 1,
      total: 240,
      unattended: false,
      plan: {
        effects: ['disruptive'],
        targets: [
          target('1', 'unchanged'),
          { ...target('2', 'change'), name: 'gate', groups: ['north'], plan: 'P' },
          target('3', 'refuse'),
          target('4', 'change'),
        ],
      },
    }),
  ).toEqual({
    operation: 'thingspace.devices.suspend',
    connection: 'verizon',
    provider: 'thingspace',
    effects: ['disruptive'],
    caller: 'chatops',
    at: 1,
    total: 240,
    unattended: false,
    targets: [
      { device: '2', label: '2', name: 'gate', groups: ['north'], plan: 'P' },
      { device: '4', label: '4' },
    ],
  });
});
