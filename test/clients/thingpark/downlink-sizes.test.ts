import { expect, it } from 'vitest';

import { payloadWarning, regionIn } from '../../../src/clients/thingpark/downlink-sizes.ts';

it.each([
  ['EU868_8channels', 'EU868'],
  ['us915_sub-band_2', 'US915'],
  ['AU 915', 'AU915'],
  ['AS-923-1', 'AS923'],
  ['ACME/TempA.1.0.3_ETSI', 'EU868'],
  ['SMTC/LoRaMoteA.1_EU', 'EU868'],
  ['ACME/TempA.1.0.3_FCC', 'US915'],
  ['ACME/Temp', undefined],
  [null, undefined],
])('the region of %j is %j', (text, region) => expect(regionIn(text)).toBe(region));

const eu = 'EU868 takes 51 at SF12, SF11, SF10, 115 at SF9, 242 at SF8, SF7';
const us = 'US915 takes 53 at DR8 (SF12), 129 at DR9 (SF11), 242 at DR10 to DR13 (SF10 to SF7)';

it.each([
  [51, 'EU868', undefined],
  [52, 'EU868', `52 bytes are too long for slow data rates: ${eu}`],
  [53, 'US915', undefined],
  [60, 'US915', `60 bytes are too long for slow data rates: ${us}`],
  [
    60,
    'AS923',
    `60 bytes are too long for slow data rates: ${eu.replace('EU868', 'AS923')}; with dwell time limits less: 11 at SF10, 53 at SF9, 125 at SF8`,
  ],
  [51, undefined, undefined],
  [60, undefined, `60 bytes are too long for slow data rates: ${eu}; ${us}; the region of the device is not known`],
] as const)('a payload of %i bytes in the region %j has the warning %j', (bytes, region, warning) => {
  expect(payloadWarning(bytes, region)).toBe(warning);
});
