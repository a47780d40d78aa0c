import { createHmac } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';

import { makeWebhook } from '../../src/approvers/webhook.ts';
import type { Fetch } from '../../src/clients/http/client.ts';
import { fixedClock } from '../../src/clock.ts';
import { recordingLog } from '../support/log.ts';
import { began, two, waitingChange } from './waiting.ts';

const url = 'https://chat.example/hooks/T0-path-secret?token=query-secret';
const plain = 'a-shared-secret-of-chat-ops';

interface Sent {
  url: string;
  at: number;
  headers: Record<string, string>;
  body: string;
}

function chat(answers: readonly (number | Error)[], secret = plain) {
  const clock = fixedClock(began);
  const sent: Sent[] = [];
  const { log, lines: logged } = recordingLog();
  const fetch: Fetch = async (to, { headers, body = '' }) => {
    const answer = answers[sent.length] ?? 200;
    sent.push({ url: to, at: clock.now(), headers, body });
    if (answer instanceof Error) throw answer;
    return new Response(null, { status: answer });
  };
  const announce = makeWebhook({
    url,
    secret,
    fetch,
    clock,
    newId: () => 'msg_1',
    link: (id) => `https://ops.example/console/changes/${id}`,
    log,
  });
  return { announce, sent, logged };
}

const change = waitingChange('chg_1', { decision: two });

test('the webhook announces a waiting change with summary, rule, caller, effects, expiry and console URL', async () => {
  const { announce, sent, logged } = chat([204]);
  await announce(change);
  expect(sent).toHaveLength(1);
  expect(sent[0]?.url).toBe(url);
  expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
    type: 'approval.waiting',
    change: 'chg_1',
    summary: '89148000000077000037 (1 SIM) on verizon: suspend, it loses service. Free. Undo: restore_sim.',
    rule: 'many SIMs',
    needed: 2,
    connection: 'verizon',
    sandbox: false,
    caller: 'ops',
    effects: ['disruptive'],
    irreversible: false,
    count: 1,
    expires: '2026-11-22T09:00:00Z',
    url: 'https://ops.example/console/changes/chg_1',
  });
  expect(logged).toEqual([]);
});

describe('webhook signature', () => {
  // The example key of the Standard Webhooks reference libraries.
  const given = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  it.each([
    ['whsec_ and base64', `whsec_${given}`, Buffer.from(given, 'base64')],
    ['a plain text', plain, Buffer.from(plain)],
  ])('the webhook is signed according to Standard Webhooks with a secret of %s', async (_, secret, key) => {
    const { announce, sent } = chat([200], secret);
    await announce(change);
    const { headers, body } = sent[0] as Sent;
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'msg_1', 'webhook-timestamp': '1795334400' });
    const expected = createHmac('sha256', key).update(`msg_1.1795334400.${body}`).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  });
});

test('a failed webhook message is tried three times with the same id and a new signature', async () => {
  const { announce, sent, logged } = chat([500, Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 202]);
  await announce(change);
  expect(sent.map((one) => [one.at - began, one.headers['webhook-id'], one.headers['webhook-timestamp']])).toEqual([
    [0, 'msg_1', '1795334400'],
    [2_000, 'msg_1', '1795334402'],
    [12_000, 'msg_1', '1795334412'],
  ]);
  expect(new Set(sent.map((one) => one.headers['webhook-signature'])).size).toBe(3);
  expect(logged).toEqual([]);
});

test('a webhook message that was given up is logged without the URL and does not reject', async () => {
  const error = new TypeError(`fetch of ${url} failed`);
  const { announce, sent, logged } = chat([500, 302, error]);
  await expect(announce(change)).resolves.toBeUndefined();
  expect(sent).toHaveLength(3);
  expect(logged).toEqual(['webhook chat.example: chg_1 could not be announced: TypeError']);
});

test('a webhook request without a response times out after ten seconds', async () => {
  const clock = fixedClock(began);
  const { log, lines: logged } = recordingLog();
  const fetch: Fetch = (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
      setImmediate(() => clock.advance(10_000));
    });
  await makeWebhook({ url, secret: plain, fetch, clock, newId: () => 'msg_1', log })(change);
  expect(logged).toEqual(['webhook chat.example: chg_1 could not be announced: no response within 10 s']);
});
