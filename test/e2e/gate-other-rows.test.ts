/** A provider that answers a read by an identifier with another object: what is shown to a person must be what is changed. */
import { describe, expect, it } from 'vitest';

import { exampleOf, type PortRequest, startSandboxOnPort } from '../support/sandbox-on-port.ts';
import { yes } from '../support/test-server.ts';

const [one, other] = ['A81758FFFE0A0001', 'A81758FFFE0A0002'];

/** Reads of `asked` are answered with the object of `answered`. */
const swapped =
  (asked: string, answered: string) =>
  ({ method, path, query, body }: PortRequest): Partial<PortRequest> => {
    if (method !== 'GET' && !/actions\/list/.test(path)) return {};
    return { path: path.replaceAll(asked, answered), query: query.replaceAll(asked, answered), body: body.replaceAll(asked, answered) };
  };

interface Case {
  operation: string;
  asked: string;
  answered: string;
  input?: Record<string, unknown>;
  says: string;
}

const read = (place: string, value: string, operation: string, borne: string): string =>
  `${place}: sandbox-${operation.split('.')[0]} was asked for ${value} and answered ${operation} with another one, ${borne}.`;
const device = read('path.deviceUid', `e${one}`, 'thingpark.devices.read', `e${other}`);

const cases: Case[] = [
  ...['delete', 'reset', 'downlink', 'update'].map((verb) => ({
    operation: `thingpark.devices.${verb}`,
    asked: one,
    answered: other,
    says: device,
  })),
  { operation: 'thingpark.devices.import', asked: one, answered: other, says: device },
  {
    operation: 'thingpark.tags.add',
    asked: one,
    answered: other,
    input: { path: { deviceUid: `e${one}` }, body: { name: 'x' } },
    says: device,
  },
  {
    operation: 'thingpark.baseStations.reboot',
    asked: 'i10001234',
    answered: 'i10001235',
    says: read('path.bsUid', 'i10001234', 'thingpark.baseStations.read', 'i10001235'),
  },
  {
    operation: 'thingpark.appServers.update',
    asked: '/appServers/77',
    answered: '/appServers/81',
    says: read('path.appServerUid', '77', 'thingpark.appServers.read', 'TWA_199900001.81.AS or 81'),
  },
  {
    operation: 'iotx.actions.run',
    asked: '/subscribers/8944990000001000010',
    answered: '/subscribers/8944990000001000028',
    says: read('path.physicalId', '8944990000001000010', 'iotx.subscribers.read', '8944990000001000028'),
  },
  {
    operation: 'iotx.tags.add',
    asked: '/subscribers/8944990000001000010',
    answered: '/subscribers/8944990000001000028',
    says: read('path.physicalId', '8944990000001000010', 'iotx.subscribers.read', '8944990000001000028'),
  },
];

describe('A change whose target is read as another object is refused, nobody is asked and nothing is sent', () => {
  it.each(cases)('$operation', async ({ operation, asked: from, answered, input, says }) => {
    const { connectClient, wire } = await startSandboxOnPort({ between: { redirect: swapped(from, answered) } });
    const { call, asked } = await connectClient({ transport: 'stdio', era: 'auto', person: yes });
    const result = await call('change_operation', { operation, input: input ?? exampleOf(operation) });
    expect(result.text).toContain(says);
    expect(result.text).toContain('Nothing was sent. Try again later; if it stays so, report it to the operator of this platform.');
    expect(result.isError).toBe(true);
    expect(asked).toEqual([]);
    expect(wire).toEqual([]);
  });
});

it('A read of one device that is answered with another one is an error, not the facts of that one', async () => {
  const { connectClient } = await startSandboxOnPort({ between: { redirect: swapped(`/devices/e${one}`, `/devices/e${other}`) } });
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  const result = await call('read_operation', { operation: 'thingpark.devices.read', input: { path: { deviceUid: `e${one}` } } });
  expect(result.isError).toBe(true);
  expect(result.text).toContain(device);
});

it('A change is refused where the answer could say which object it is, and does not', async () => {
  const { connectClient, wire } = await startSandboxOnPort({
    between: {
      alter(answer, { method, path }) {
        if (method === 'GET' && /\/suppliers\/301/.test(path)) delete answer.ref;
      },
    },
  });
  const { call, asked } = await connectClient({ transport: 'stdio', era: 'auto', person: yes });
  const result = await call('change_operation', {
    operation: 'thingpark.suppliers.update',
    input: { path: { supplierRef: '301' }, body: { name: 'Acme East' } },
  });
  expect(result.text).toContain(
    'path.supplierRef: sandbox-thingpark was asked for 301, and its answer to thingpark.suppliers.read does not say which one it is.',
  );
  expect(asked).toEqual([]);
  expect(wire).toEqual([]);
});

it('A question about a SIM that only an EID names says that its record states no EID', async () => {
  const { connectClient } = await startSandboxOnPort();
  const { call, asked } = await connectClient({ transport: 'stdio', era: 'auto', person: yes });
  await call('change_operation', { operation: 'thingspace.labels.set', input: exampleOf('thingspace.labels.set') });
  expect(asked[0]).toContain(
    'the request names EID 89049032000000000000000000007711; the record of SIM 89148000000077000037, found by it, states no EID',
  );
});
