import { expect, it } from 'vitest';

import { alarmInfo, alarmType } from '../../../src/clients/thingpark/severities.ts';

it.each([
  [1, ['28'], 3, 'battery at 28 %'],
  [1, ['28%'], 3, 'battery at 28 %'],
  [4, ['72'], 6, '72 h without uplink'],
  [6, ['SF12', 'SF7', '7.250000dB'], 4, 'received SF12, expected SF7, SNR 7.250000dB'],
  [7, ['ABCD'], 3, 'DevNonce ABCD'],
  [2, ['3'], 1, '3 days without overflow'],
  [102, ['15'], 1, 'connected again after 15 min'],
  [106, ['CPU', '91'], 4, 'CPU, average of the last hour 91 %'],
  [17, ['x', null, 'y'], 4, 'x, y'],
  [4, [null, ''], 4, undefined],
])('the infos of alarm %i, %j at severity %i read as %j', (id, infos, state, text) => {
  expect(alarmInfo(id, infos, state)).toBe(text);
});

it('alarm types of devices and base stations have a description, others keep their number', () => {
  expect([4, '102', 120, 17].map((id) => alarmType(id))).toEqual([
    'no uplink',
    'backhaul connection',
    'join replay, invalid DevNonce',
    'type 17',
  ]);
});
