/** A ThingPark stub that only serves a device list by cursor, with pages serialized once and a fixed latency. */
import { createServer, type Socket } from 'node:net';
import { sandboxThingpark } from '../../src/clients/thingpark/sandbox-account.ts';
import { systemClock } from '../../src/clock.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import { sandboxProviders } from '../../test/support/providers.ts';

const [devices, latency] = process.argv.slice(2).map(Number) as [number, number];
const size = 100;
const token = 'token-of-the-stub';

/** A hundred rows in the form of the sandbox. */
async function sample(): Promise<string[]> {
  const sandbox = makeSandbox({ providers: sandboxProviders, clock: systemClock, fleet: 240, seed: 1 });
  const { clientId, clientSecret } = sandboxThingpark.oss;
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
  const said = await sandbox.fetch('http://sandbox.invalid/users-auth/protocol/openid-connect/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  const { access_token } = (await said.json()) as { access_token: string };
  const url = `http://sandbox.invalid/thingpark/wireless/rest/subscriptions/mine/devices?sort=EUI,asc&pageSize=${size}`;
  const answer = await sandbox.fetch(url, { method: 'GET', headers: { authorization: `Bearer ${access_token}` } });
  const { briefs } = (await answer.json()) as { briefs: object[] };
  return briefs.map((brief) => JSON.stringify(brief));
}

function response(body: string): Buffer {
  const length = Buffer.byteLength(body);
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\nconnection: keep-alive\r\n\r\n${body}`,
  );
}

const rows = await sample();
const count = Math.ceil(devices / size);
const pages = Array.from({ length: count }, (_, page) => {
  const from = page * size;
  const briefs = rows.slice(0, devices - from).map((row, i) => {
    const eui = `A817${(from + i).toString(16).toUpperCase().padStart(12, '0')}`;
    return row.replace(/"EUI":"[0-9A-F]{16}"/, `"EUI":"${eui}"`);
  });
  const more = page + 1 < count;
  const tail = `"more":${more},"now":1700000000000,"count":${page === 0 ? devices : null}${more ? `,"cursors":{"last":"p${page + 1}"}` : ''}`;
  return response(`{"briefs":[${briefs.join(',')}],${tail}}`);
});
const tokenAnswer = response(JSON.stringify({ access_token: token, expires_in: 3600, token_type: 'Bearer' }));

function answer(socket: Socket, head: string): void {
  if (head.startsWith('POST ')) {
    socket.write(tokenAnswer);
    return;
  }
  const page = pages[Number(/pageAfter=p(\d+)/.exec(head)?.[1] ?? 0)] as Buffer;
  if (latency === 0) socket.write(page);
  else {
    const due = performance.now() + latency;
    // A timer alone fires up to a millisecond late, which would be measured as time of the product.
    const send = (): unknown => (performance.now() < due ? setImmediate(send) : socket.write(page));
    setTimeout(send, latency - 1);
  }
}

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  let held = '';
  socket.on('data', (part) => {
    held += part.toString('latin1');
    // The socket buffer may hold several requests.
    for (let end = held.indexOf('\r\n\r\n'); end >= 0; end = held.indexOf('\r\n\r\n')) {
      const head = held.slice(0, end);
      const body = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (held.length < end + 4 + body) return;
      held = held.slice(end + 4 + body);
      answer(socket, head);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ url: `http://127.0.0.1:${address.port}` });
});
