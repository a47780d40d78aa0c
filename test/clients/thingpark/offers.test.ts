import { offers } from '../../../src/clients/thingpark/offers.ts';
import { admin, dxRead, dxWrite, pins } from './support.ts';

pins(offers, [
  [
    offers.list,
    { query: { offerId: 'acme-vendor/lorawan-100' } },
    { line: `GET ${admin}/offers?offerId=acme-vendor%2Florawan-100`, headers: dxRead },
  ],
  [
    offers.create,
    { body: { id: 'acme-vendor/lorawan-50', name: 'LoRaWAN 50 devices' } },
    { line: `POST ${admin}/offers`, headers: dxWrite, body: '{"id":"acme-vendor/lorawan-50","name":"LoRaWAN 50 devices"}' },
  ],
  [offers.read, { path: { offerRef: '501' } }, { line: `GET ${admin}/offers/501`, headers: dxRead }],
  [
    offers.update,
    { path: { offerRef: '501' }, body: { state: 'INACTIVE' } },
    { line: `PUT ${admin}/offers/501`, headers: dxWrite, body: '{"state":"INACTIVE"}' },
  ],
  [offers.delete, { path: { offerRef: '503' } }, { line: `DELETE ${admin}/offers/503`, headers: dxRead }],
]);
