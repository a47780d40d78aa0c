/** Faults that break a connection: before the effect, after it, and in the middle of the answer. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { sandboxIotx } from '../../src/clients/iotx/sandbox-account.ts';
import { fixedClock } from '../../src/clock.ts';
import { ConnectionCut } from '../../src/sandbox/faults.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import { listen } from '../../src/web/listen.ts';
import { sandboxProviders } from '../support/providers.ts';

const headers = { authorization: `Bearer ${sandboxIotx.accessKey}` };
const operation = 'iotx.subscribers.list';

function sandboxWith(fault: string) {
  const sandbox = makeSandbox({ providers: sandboxProviders, clock: fixedClock(0), fleet: 24, seed: 1 });
  sandbox.world.faults.arm({ fault, operation });
  return sandbox;
}

async function portWith(fault: string): Promise<string> {
  const served = await listen(portHandler(sandboxWith(fault).world), '127.0.0.1', 0, (error) => error instanceof ConnectionCut);
  onTestFinished(() => served.close());
  return `${served.url}/subscribers`;
}

it('fault half gives status and half of the body, then the connection of the embedded sandbox breaks', async () => {
  const { fetch } = sandboxWith('half');
  const response = await fetch('http://sandbox.invalid/subscribers', { method: 'GET', headers });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  const whole = await (await fetch('http://sandbox.invalid/subscribers', { method: 'GET', headers })).text();
  expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(whole)));
});

it('fault half gives status and half of the body on a port, then the socket is destroyed', async () => {
  const [response] = (await once(get(await portWith('half'), { headers }), 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  const announced = Number(response.headers['content-length']);
  let received = 0;
  response.on('data', (part: Buffer) => {
    received += part.length;
  });
  const [error] = await once(response, 'error', { signal: AbortSignal.timeout(5000) });
  expect(error).toMatchObject({ code: 'ECONNRESET' });
  expect(received).toBe(Math.ceil(announced / 2));
});

it('faults cut and lost-answer give no status on a port', async () => {
  for (const fault of ['cut', 'lost-answer']) {
    const request = get(await portWith(fault), { headers });
    const [error] = await Promise.race([once(request, 'error'), once(request, 'response')]).catch((reason: unknown) => [reason]);
    expect(error).toMatchObject({ code: 'ECONNRESET' });
  }
});
