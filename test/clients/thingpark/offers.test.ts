import { offers } from '../../../src/clients/thingpark/offers.ts';
import { admin, dxRead, pins } from './support.ts';

pins(offers, [
  [
    offers.list,
    { query: { offerId: 'acme-vendor/lorawan-100' } },
    { line: `GET ${admin}/offers?offerId=acme-vendor%2Florawan-100`, headers: dxRead },
  ],
  [offers.read, { path: { offerRef: '501' } }, { line: `GET ${admin}/offers/501`, headers: dxRead }],
]);
