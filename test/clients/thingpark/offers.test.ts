import { offers } from '../../../src/clients/thingpark/offers.ts';
import { admin, dxRead, dxWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(offers, [
  [
    offers.list,
    { query: { offerId: 'acme-vendor/lorawan-100' } },
    { request: `GET ${admin}/offers?offerId=acme-vendor%2Florawan-100`, headers: dxRead },
  ],
  [
    offers.create,
    { body: { id: 'acme-vendor/lorawan-50', name: 'LoRaWAN 50 devices' } },
    { request: `POST ${admin}/offers`, headers: dxWrite, body: '{"id":"acme-vendor/lorawan-50","name":"LoRaWAN 50 devices"}' },
  ],
  [offers.read, { path: { offerRef: '501' } }, { request: `GET ${admin}/offers/501`, headers: dxRead }],
  [
    offers.update,
    { path: { offerRef: '501' }, body: { state: 'INACTIVE' } },
    { request: `PUT ${admin}/offers/501`, headers: dxWrite, body: '{"state":"INACTIVE"}' },
  ],
  [offers.delete, { path: { offerRef: '503' } }, { request: `DELETE ${admin}/offers/503`, headers: dxRead }],
]);
