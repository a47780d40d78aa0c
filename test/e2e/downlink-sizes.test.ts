import { expect, it } from 'vitest';

import { startTestServer } from '../support/test-server.ts';

const device = 'A81758FFFE0A0001';

it('send_downlink warns of a payload that is too long for the slow data rates of the device, and takes 0x', async () => {
  const { connectClient } = await startTestServer();
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  const plan = async (payload: string) => (await call('send_downlink', { device, port: 10, payload, preview: true })).structured.change;
  expect((await plan('AB'.repeat(60))).warnings).toEqual([
    '60 bytes are too long for slow data rates: EU868 takes 51 at SF12, SF11, SF10, 115 at SF9, 242 at SF8, SF7',
  ]);
  expect((await plan('AB'.repeat(51))).warnings ?? []).toEqual([]);
  expect((await plan('0x0102FF')).summary).toContain('send 0102FF (3 bytes) on port 10');
});

it('the downlink operations of OSS and DX take a payload with 0x', async () => {
  const { connectClient } = await startTestServer({ flags: { toolsets: 'thingpark,changes,operations,fleet' } });
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  for (const [operation, input] of [
    ['thingpark.devices.downlink', { path: { deviceUid: `e${device}` }, query: { payload: '0x01 02 FF', fPort: 10 } }],
    ['thingpark.dxDevices.downlink', { path: { device }, body: { payloadHex: '0x0102FF', targetPorts: '10' } }],
  ] as const) {
    const { structured } = await call('change_operation', { operation, input, preview: true });
    expect(structured.change.summary).toContain('send 0102FF (3 bytes) on port 10');
  }
});
