import { domains } from '../../../src/clients/thingpark/domains.ts';
import { mine, ossWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(domains, [
  [
    domains.bulk,
    { body: { devEUIs: ['A81758FFFE0A0001'], addedDomains: [{ name: 'Paris/Dock 1', group: { name: 'Site' } }] } },
    {
      request: `POST ${mine}/devices/domains`,
      headers: ossWrite,
      body: '{"devEUIs":["A81758FFFE0A0001"],"addedDomains":[{"name":"Paris/Dock 1","group":{"name":"Site"}}]}',
    },
  ],
]);
