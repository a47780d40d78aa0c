/** A rule on a device holds for what the device depends on: its application server, gateway, group, routing profile, subscriber. */
import { expect, it } from 'vitest';

import { exampleOf, startSandboxOnPort } from '../support/sandbox-on-port.ts';
import { no, yes } from '../support/test-server.ts';

const device = 'A81758FFFE0A0001';
const rules = `rules: [{ name: floodgate, when: { targets: { ids: [${device}] } }, then: deny }, { name: rest, then: ask }]`;

/** The server "Dashboard", to which the device sends. */
const server = { path: { appServerUid: '1972' } };
const routes = [{ sourcePorts: '*', strategy: 'SEQUENTIAL', contentType: 'JSON', addresses: ['https://other.example/u'] }];

const cases: [operation: string, input: Record<string, unknown>][] = [
  ['thingpark.appServers.update', { ...server, body: { state: 'DEACTIVATED' } }],
  ['thingpark.appServers.updateSecurity', { ...exampleOf('thingpark.appServers.updateSecurity'), ...server }],
  ['thingpark.baseStations.reboot', { path: { bsUid: 'i10001234' }, body: {} }],
  ['thingpark.baseStations.restart', { path: { bsUid: 'i10001234' }, body: {} }],
  ['thingpark.baseStations.updateRfRegion', { path: { bsUid: 'i10001234' }, body: { rfRegionID: 'EU868_8channels' } }],
  ['thingpark.dxBaseStations.delete', exampleOf('thingpark.dxBaseStations.delete')],
  ['thingpark.dxRoutingProfiles.update', { path: { routingProfileRef: '1' }, body: { routes } }],
  ['thingpark.dxRoutingProfiles.create', { body: { name: 'Other', default: true, routes } }],
  ['thingpark.subscribers.delete', { ...exampleOf('thingpark.subscribers.delete'), query: { force: true } }],
  ['thingpark.orders.cancel', exampleOf('thingpark.orders.cancel')],
];

it.each(cases)('A deny rule on a device holds for %s of what it may depend on', async (operation, input) => {
  const { connectClient, wire } = await startSandboxOnPort({ live: true, rules });
  const { call, asked } = await connectClient({ transport: 'stdio', era: 'auto', person: no });
  const { structured, text } = await call('change_operation', { operation, input });
  expect(structured?.change ?? text).toMatchObject({ status: 'refused', reason: 'policy' });
  expect(text).toContain('floodgate');
  expect(asked).toEqual([]);
  expect(wire).toEqual([]);
});

it('A deny rule on a device holds for a downlink to a group whose members no read tells', async () => {
  const { connectClient, wire } = await startSandboxOnPort({ rules });
  const { call, asked } = await connectClient({ transport: 'stdio', era: 'auto', person: yes });
  const create = exampleOf('thingpark.multicastGroups.create');
  const made = await call('change_operation', { operation: 'thingpark.multicastGroups.create', input: create });
  expect(made.structured.change.status).toBe('applied');
  const { EUI } = create['body'] as { EUI: string };
  const input = { path: { multicastGroupUid: `e${EUI}` }, query: { payload: '01', fPort: 10 } };
  const { structured, text } = await call('change_operation', { operation: 'thingpark.multicastGroups.downlink', input });
  expect(structured?.change ?? text).toMatchObject({ status: 'refused', reason: 'policy' });
  expect(asked).toHaveLength(1);
  expect(wire).toHaveLength(1);
});

it('The question about the key of an application server says how many devices depend on it', async () => {
  const { connectClient } = await startSandboxOnPort();
  const { call, asked } = await connectClient({ transport: 'stdio', era: 'auto', person: no });
  await call('change_operation', {
    operation: 'thingpark.appServers.updateSecurity',
    input: { ...exampleOf('thingpark.appServers.updateSecurity'), ...server },
  });
  expect(asked[0]).toContain('57 devices depend on it.');
});
