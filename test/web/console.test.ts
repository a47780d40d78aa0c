/** The console over HTTP: sign-in, form checks, headers, pages, approval, kill switch. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOTP } from 'otpauth';
import { describe, expect, it, onTestFinished, test } from 'vitest';

import { makeApprovalService } from '../../src/approvers/approval.ts';
import { type Approver, makeAuthenticator } from '../../src/approvers/approver.ts';
import { makeConsoleLinks } from '../../src/approvers/console-links.ts';
import { peopleOf } from '../../src/approvers/people.ts';
import { fixedClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { makeProduct } from '../../src/server.ts';
import type { Change } from '../../src/store/change.ts';
import { killSwitch } from '../../src/store/kill-switch.ts';
import { memoryStore } from '../../src/store/memory.ts';
import type { ChangeStore } from '../../src/store/store.ts';
import { type ConsoleOptions, makeConsoleRoutes } from '../../src/web/console/routes.ts';
import { makeHttpApp } from '../../src/web/http-app.ts';
import { began, cheapHash, minute, two, waitingChange } from '../approvers/waiting.ts';

const pin = 'correct-pin';
const totpSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const evil = '<script>alert(1)</script>';
const maria: Approver = { name: 'maria', pin: cheapHash(pin) };
const jo: Approver = { name: 'jo', totp: totpSecret };
const wrongCredentials = 'Name and code do not match. Try again: a code of an app is valid once.';

interface Sent {
  form?: Record<string, string>;
  /** Override what a browser would send; undefined omits the header. */
  headers?: Record<string, string | undefined>;
  body?: string;
  method?: string;
}

/** A console with some changes, and a browser that keeps its cookie. */
async function openConsole(
  changes: readonly Change[] = [waitingChange('chg_1')],
  more: Partial<ConsoleOptions> = {},
  base = 'http://127.0.0.1:8383',
) {
  const stateDir = mkdtempSync(join(tmpdir(), 'console-'));
  onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
  const store = more.store ?? memoryStore();
  const clock = fixedClock(began);
  for (const change of changes) await store.add(change);
  const approved: string[] = [];
  const logged: string[] = [];
  const stop = killSwitch(stateDir);
  const links = makeConsoleLinks({ store, clock, random: randomBytes });
  const parts: ConsoleOptions = {
    store,
    approvals: makeApprovalService({ store, clock }),
    authenticator: makeAuthenticator({ approvers: [maria, jo], store, clock }),
    links,
    killSwitch: stop,
    clock,
    random: randomBytes,
    hasApprovers: true,
    allowedHosts: [],
    publicUrl: undefined,
    onApproved: (id) => void approved.push(id),
    redact: (value) => value,
    log: (line) => void logged.push(line),
    ...more,
  };
  const product = await makeProduct({
    config: readConfig({}, {}),
    clock,
    connectionNames: [],
    fleetSize: 12,
    seed: 1,
    deterministic: true,
  });
  const door = makeConsoleRoutes(parts);
  const web = makeHttpApp({
    build: product.build,
    log: product.log,
    callers: new Map(),
    allowedHosts: parts.allowedHosts,
    allowedOrigins: parts.allowedHosts,
    console: door,
  });
  onTestFinished(async () => {
    await web.close();
    await product.close();
  });
  let cookie: string | undefined;
  const ask = async (
    path: string,
    { form, headers = {}, body, method }: Sent = {},
  ): Promise<{ status: number; to: string | null; text: string; headers: Headers }> => {
    const sends = method ?? (form || body !== undefined ? 'POST' : 'GET');
    const request = new Request(`${base}${path}`, {
      method: sends,
      ...(sends === 'POST' ? { body: body ?? new URLSearchParams(form).toString() } : {}),
    });
    request.headers.delete('content-type');
    const usual = {
      host: new URL(base).host,
      'sec-fetch-site': 'same-origin',
      cookie,
      ...(sends === 'POST' ? { origin: base, 'content-type': 'application/x-www-form-urlencoded' } : {}),
    };
    for (const [name, value] of Object.entries({ ...usual, ...headers })) if (value !== undefined) request.headers.set(name, value);
    const response = await web.fetch(request);
    const set = response.headers.get('set-cookie');
    if (set) cookie = set.split(';')[0];
    return { status: response.status, to: response.headers.get('location'), text: await response.text(), headers: response.headers };
  };
  const csrfOf = (text: string): string => /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? '';
  /** Signs in with a fresh one-time link and returns the CSRF token. */
  const enter = async (): Promise<string> => {
    await ask(`/console/link/${await links.create()}`);
    return csrfOf((await ask('/console')).text);
  };
  return {
    ask,
    enter,
    csrfOf,
    door,
    store,
    clock,
    links,
    stop,
    approved,
    logged,
    code: () => new TOTP({ secret: totpSecret }).generate({ timestamp: clock.now() }),
    get cookie() {
      return cookie;
    },
    set cookie(value) {
      cookie = value;
    },
  };
}

describe('console sign-in', () => {
  it('a one-time link works once and redirects to a URL without the token', async () => {
    const { ask, links } = await openConsole();
    const path = `/console/link/${await links.create()}`;
    const first = await ask(path, { headers: { 'sec-fetch-site': 'none' } });
    expect([first.status, first.to]).toEqual([303, '/console']);
    expect(first.headers.get('set-cookie')).toMatch(
      /^iot-ops-console=[\w-]{43}; Max-Age=28800; Path=\/console; HttpOnly; SameSite=Strict$/,
    );
    expect((await ask('/console')).status).toBe(200);
    const again = await ask(path);
    expect([again.status, again.headers.get('set-cookie')]).toEqual([403, null]);
    expect(again.text).toContain('This link is no longer valid');
  });

  it('a link that is ten minutes old or was never issued is answered 403', async () => {
    const { ask, links, clock } = await openConsole();
    const path = `/console/link/${await links.create()}`;
    clock.advance(10 * minute);
    expect((await ask(path)).status).toBe(403);
    expect((await ask('/console/link/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).status).toBe(403);
    expect((await ask('/console')).to).toBe('/console/sign-in?to=%2Fconsole');
  });

  it('a HEAD request, as sent by mail and chat previews, does not use up a link', async () => {
    const { ask, links } = await openConsole();
    const path = `/console/link/${await links.create()}`;
    expect((await ask(path, { method: 'HEAD' })).status).toBe(405);
    expect((await ask(path)).status).toBe(303);
  });

  it('an approver signs in by name and code and is redirected to the requested page', async () => {
    const { ask } = await openConsole();
    const refused = await ask('/console/changes/chg_1');
    expect([refused.status, refused.to]).toEqual([303, '/console/sign-in?to=%2Fconsole%2Fchanges%2Fchg_1']);
    expect((await ask(refused.to ?? '')).text).toContain('name="to" value="/console/changes/chg_1"');
    const wrong = await ask('/console/sign-in', { form: { name: 'maria', code: 'wrong-pin', to: '/console/changes/chg_1' } });
    expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([403, null]);
    expect(wrong.text).toContain(wrongCredentials);
    const right = await ask('/console/sign-in', { form: { name: 'Maria', code: pin, to: '/console/changes/chg_1' } });
    expect([right.status, right.to]).toEqual([303, '/console/changes/chg_1']);
    expect((await ask('/console')).text).toContain('Signed in as maria');
  });

  it.each(['https://evil.example/', '//evil.example', '/console/../mcp', '/console/changes/x?y', 'javascript:alert(1)'])(
    'sign-in never redirects to %s',
    async (to) => {
      const { ask } = await openConsole();
      expect((await ask('/console/sign-in', { form: { name: 'maria', code: pin, to } })).to).toBe('/console');
    },
  );

  it('a session ends after eight hours and on sign-out', async () => {
    const one = await openConsole();
    const csrf = await one.enter();
    one.clock.advance(8 * 60 * minute - 1);
    expect((await one.ask('/console')).status).toBe(200);
    one.clock.advance(1);
    expect((await one.ask('/console')).status).toBe(303);
    const late = await one.ask('/console/stop', { form: { csrf, why: 'late' } });
    expect([late.status, late.to, one.stop.reason()]).toEqual([303, '/console/sign-in?to=%2Fconsole', undefined]);
    const token = await one.enter();
    const kept = one.cookie;
    const out = await one.ask('/console/sign-out', { form: { csrf: token } });
    expect([out.to, out.headers.get('set-cookie')]).toEqual([
      '/console/sign-in',
      'iot-ops-console=; Max-Age=0; Path=/console; HttpOnly; SameSite=Strict',
    ]);
    one.cookie = kept;
    expect((await one.ask('/console')).status).toBe(303);
  });

  it('a link on another site leads to a redirect page, so that the SameSite=Strict cookie is sent', async () => {
    const { ask, enter } = await openConsole();
    await enter();
    const without = await ask('/console/changes/chg_1', { headers: { 'sec-fetch-site': 'cross-site', cookie: undefined } });
    expect(without.status).toBe(200);
    expect(without.text).toContain('<meta http-equiv="refresh" content="0; url=/console/changes/chg_1">');
    expect(without.text).not.toContain('suspend');
    expect((await ask('/console/changes/chg_1')).text).toContain('suspend');
  });

  it('an invalid session cookie is redirected to sign-in', async () => {
    const one = await openConsole();
    await one.enter();
    for (const cookie of ['iot-ops-console=', 'iot-ops-console=x', `other-${one.cookie}`, `x=1; y=${one.cookie?.split('=')[1]}`]) {
      one.cookie = cookie;
      expect((await one.ask('/console')).status).toBe(303);
    }
  });
});

describe('console form checks', () => {
  const postStop = async (sent: (csrf: string) => Sent, more: Partial<ConsoleOptions> = {}, base?: string) => {
    const one = await openConsole(undefined, more, base);
    const csrf = await one.enter();
    const answer = await one.ask('/console/stop', sent(csrf));
    return { ...answer, stopped: one.stop.reason() !== undefined };
  };

  it('a form from a page of the console is accepted', async () => {
    const { status, stopped } = await postStop((csrf) => ({ form: { csrf, why: 'test' } }));
    expect([status, stopped]).toEqual([303, true]);
  });
  it('a form without Sec-Fetch-Site is accepted by its Origin', async () => {
    const { stopped } = await postStop((csrf) => ({ form: { csrf }, headers: { 'sec-fetch-site': undefined } }));
    expect(stopped).toBe(true);
  });

  it.each<[string, number, (csrf: string) => Sent]>([
    [
      'a foreign Host (DNS rebinding)',
      403,
      (csrf) => ({ form: { csrf }, headers: { host: 'evil.example', origin: 'http://evil.example' } }),
    ],
    ['no Origin', 403, (csrf) => ({ form: { csrf }, headers: { origin: undefined } })],
    ['a foreign Origin', 403, (csrf) => ({ form: { csrf }, headers: { origin: 'https://evil.example' } })],
    ['the Origin of another port here', 403, (csrf) => ({ form: { csrf }, headers: { origin: 'http://127.0.0.1:3000' } })],
    ['the Origin of another name of this machine', 403, (csrf) => ({ form: { csrf }, headers: { origin: 'http://localhost:8383' } })],
    ['the Origin "null"', 403, (csrf) => ({ form: { csrf }, headers: { origin: 'null' } })],
    ['Sec-Fetch-Site cross-site', 403, (csrf) => ({ form: { csrf }, headers: { 'sec-fetch-site': 'cross-site' } })],
    ['Sec-Fetch-Site same-site', 403, (csrf) => ({ form: { csrf }, headers: { 'sec-fetch-site': 'same-site' } })],
    ['Sec-Fetch-Site none', 403, (csrf) => ({ form: { csrf }, headers: { 'sec-fetch-site': 'none' } })],
    ['no CSRF token', 403, () => ({ form: { why: 'x' } })],
    ['an empty CSRF token', 403, () => ({ form: { csrf: '' } })],
    ['a made-up CSRF token', 403, (csrf) => ({ form: { csrf: `${csrf.slice(0, -1)}${csrf.endsWith('A') ? 'B' : 'A'}` } })],
    ['JSON', 415, (csrf) => ({ body: JSON.stringify({ csrf }), headers: { 'content-type': 'application/json' } })],
    ['plain text', 415, (csrf) => ({ body: `csrf=${csrf}`, headers: { 'content-type': 'text/plain' } })],
    ['no content type', 415, (csrf) => ({ body: `csrf=${csrf}`, headers: { 'content-type': undefined } })],
    ['more than 16 KiB', 413, (csrf) => ({ form: { csrf, why: 'x'.repeat(16 * 1024) } })],
    ['no cookie', 303, (csrf) => ({ form: { csrf }, headers: { cookie: undefined } })],
  ])('a form with %s changes nothing', async (_, expected, sent) => {
    const { status, stopped } = await postStop(sent);
    expect([status, stopped]).toEqual([expected, false]);
  });

  it('the console checks the Host header itself when it listens on its own port', async () => {
    const { door } = await openConsole();
    const statusFor = async (host: string): Promise<number> => {
      const request = new Request('http://127.0.0.1/console/sign-in');
      request.headers.set('host', host);
      return (await door.fetch(request)).status;
    };
    expect([await statusFor('127.0.0.1:1234'), await statusFor('evil.example'), await statusFor('localhost.evil.example')]).toEqual([
      200, 403, 403,
    ]);
  });

  it('a form with the CSRF token of another session is refused', async () => {
    const one = await openConsole();
    const foreign = await one.enter();
    const own = await one.enter();
    expect(own).not.toBe(foreign);
    expect((await one.ask('/console/stop', { form: { csrf: foreign } })).status).toBe(403);
    expect(one.stop.reason()).toBeUndefined();
    expect((await one.ask('/console/stop', { form: { csrf: own } })).status).toBe(303);
  });

  it('the form checks apply to every path', async () => {
    const one = await openConsole();
    const csrf = await one.enter();
    const form = { csrf, name: 'maria', code: pin };
    for (const path of [
      '/console/sign-in',
      '/console/sign-out',
      '/console/stop',
      '/console/go',
      '/console/changes/chg_1/approve',
      '/console/changes/chg_1/reject',
    ]) {
      expect((await one.ask(path, { form, headers: { origin: 'https://evil.example' } })).status).toBe(403);
      expect((await one.ask(path, { form, headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
      expect((await one.ask(path, { form, headers: { host: 'evil.example' } })).status).toBe(403);
    }
    for (const path of [
      '/console/stop',
      '/console/go',
      '/console/changes/chg_1/approve',
      '/console/changes/chg_1/reject',
      '/console/sign-out',
    ])
      expect((await one.ask(path, { form: { ...form, csrf: 'x' } })).status).toBe(403);
    expect(await one.store.get('chg_1')).toMatchObject({ status: 'awaiting_approval', log: [{ what: 'planned' }] });
    expect((await one.ask('/console')).status).toBe(200);
  });
});

describe('console responses', () => {
  it('every response forbids scripts, framing, caching and cross-origin referrers', async () => {
    const one = await openConsole();
    const token = await one.links.create();
    const answers = [
      await one.ask('/console/sign-in'),
      await one.ask('/console/style.css'),
      await one.ask('/console/changes/chg_1'),
      await one.ask(`/console/link/${token}`),
      await one.ask('/console'),
      await one.ask('/console/changes'),
      await one.ask('/console/changes/chg_1'),
      await one.ask('/console/changes/nobody'),
      await one.ask('/console/audit'),
      await one.ask('/console/nothing'),
      await one.ask('/console/stop', { form: { csrf: 'wrong' } }),
      await one.ask('/console/stop', { form: {}, headers: { origin: undefined } }),
      await one.ask('/console', { method: 'PUT' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 303, 303, 200, 200, 200, 404, 200, 404, 403, 403, 405]);
    for (const { headers, text } of answers) {
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy':
          "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(text).not.toMatch(/<script|<style|style=|onclick|javascript:/i);
      // Under no-referrer browsers submit forms with `Origin: null`, so pages use same-origin; the one-time link keeps no-referrer.
      const isPage = headers.get('content-type')?.startsWith('text/html') === true;
      expect(headers.get('referrer-policy')).toBe(isPage ? 'same-origin' : 'no-referrer');
    }
    expect(answers[3]?.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('with an https publicUrl the session cookie is Secure and http origins are refused', async () => {
    const base = 'https://ops.example.com';
    const one = await openConsole(undefined, { publicUrl: base, allowedHosts: ['ops.example.com'] }, base);
    const answer = await one.ask(`/console/link/${await one.links.create()}`);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Secure-iot-ops-console=[\w-]{43}; Max-Age=28800; Path=\/console; HttpOnly; Secure; SameSite=Strict$/,
    );
    const csrf = one.csrfOf((await one.ask('/console')).text);
    expect((await one.ask('/console/stop', { form: { csrf }, headers: { origin: 'http://ops.example.com' } })).status).toBe(403);
    expect((await one.ask('/console/stop', { form: { csrf } })).status).toBe(303);
  });

  it('pages escape provider text and remove invisible characters', async () => {
    const hostile = waitingChange('chg_1', {
      summary: `89148000000077000037 "${evil}" \u202e`,
      caller: evil,
      connection: evil,
      warnings: [{ code: 'other', text: evil }],
      doubts: [evil],
      cost: evil,
      undo: evil,
      settles: evil,
      explanation: evil,
      effects: [evil],
      decision: { verdict: 'approve', rule: evil, version: evil },
      blast: { count: 1, total: 9, groups: [evil] },
      targets: [
        { device: evil, label: `${evil}"'`, before: { [evil]: evil }, after: { [evil]: `${evil}2` }, outcome: 'planned', why: evil },
      ],
      log: [{ at: began, what: evil }],
    });
    const one = await openConsole([hostile]);
    await one.enter();
    one.stop.pause(evil);
    for (const path of [
      '/console',
      '/console/changes',
      '/console/changes/chg_1',
      '/console/audit',
      `/console/changes?after=${encodeURIComponent(evil)}`,
    ]) {
      const { text } = await one.ask(path);
      expect(text).not.toContain('<script');
      expect(text).toContain('&lt;script&gt;');
      expect(text).not.toContain('\u202e');
    }
    const shown = (await one.ask('/console/sign-in', { form: { name: `"><script>`, code: 'x', to: '"><script>' } })).text;
    expect(shown).not.toContain('<script');
  });

  it('pages redact secrets and show no request input', async () => {
    const key = '00112233445566778899AABBCCDDEEFF';
    const withKey = waitingChange('chg_1', { inputs: [{ body: { appKey: key } }], explanation: `the provider says ${key}` });
    const redact = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(key, '[redacted]')) as T;
    const one = await openConsole([withKey], { redact });
    await one.enter();
    for (const path of ['/console', '/console/changes', '/console/changes/chg_1', '/console/audit'])
      expect((await one.ask(path)).text).not.toContain(key);
    expect((await one.ask('/console/changes/chg_1')).text).toContain('the provider says [redacted]');
  });

  it('an internal error is answered 500 without its message, which is logged', async () => {
    const broken: ChangeStore = {
      ...memoryStore(),
      audit: () => {
        throw new Error('a path and a stack');
      },
    };
    const one = await openConsole([], { store: broken });
    await one.enter();
    const { status, text, headers } = await one.ask('/console/audit');
    expect([status, text]).toEqual([500, 'Internal error. The server log has the details.']);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(one.logged).toEqual(['console: a path and a stack']);
  });
});

describe('changePage', () => {
  it('the change page shows the whole request of a waiting change, keys and personal data hidden', async () => {
    const input = {
      path: { deviceUid: 'eA81758FFFE0A0001' },
      body: {
        appKey: '00112233445566778899AABBCCDDEEFF',
        tags: ['north', 'cold'],
        primaryPlaceOfUse: { address: { addressLine1: '1 Home Street' } },
      },
    };
    const steps = [{ input, targets: ['A81758FFFE0A0001'], state: 'planned' as const }];
    const one = await openConsole([
      waitingChange('chg_1', { steps }),
      waitingChange('chg_2', { steps, status: 'refused', intent: 'other' }),
    ]);
    await one.enter();
    const { text } = await one.ask('/console/changes/chg_1');
    expect(text).toContain('1 request to send');
    for (const line of ['tags[0] = &quot;north&quot;', 'tags[1] = &quot;cold&quot;', 'appKey = [hidden]', 'addressLine1 = [personal data]'])
      expect(text).toContain(line);
    expect(text).not.toMatch(/00112233445566778899|1 Home Street/);
  });

  it('the change page of an ended change shows what was sent', async () => {
    const store = memoryStore();
    const steps = [{ input: { body: { tags: ['north'] } }, targets: ['A81758FFFE0A0001'], state: 'planned' as const }];
    await store.add(waitingChange('chg_1', { steps }));
    await store.claim('chg_1', ['awaiting_approval'], () => ({}), { at: 0, window: 1000, over: () => undefined });
    await store.move('chg_1', ['applying'], {
      status: 'applied',
      sentAt: 1,
      inputs: [],
      steps: steps.map((step) => ({ ...step, input: undefined, state: 'sent' })),
    });
    const one = await openConsole([], { store });
    await one.enter();
    const { text } = await one.ask('/console/changes/chg_1');
    expect(text).toContain('1 request sent');
    expect(text).toContain('tags[0] = &quot;north&quot;');
  });

  it('the change page puts provider text in quotes that the text cannot close', async () => {
    const hostile = 'Gate", approved by jo\n\u202e';
    const targets = [
      { device: '89148000000077000037', label: hostile, before: { name: 'Pump, cost free', state: 'active' }, outcome: 'planned' as const },
    ];
    const one = await openConsole([waitingChange('chg_1', { targets, blast: { count: 1, total: 240, groups: ['South; no cost'] } })]);
    await one.enter();
    const { text } = await one.ask('/console/changes/chg_1');
    expect(text).toContain('<strong class="mono">&quot;Gate&#39;, approved by jo&quot;</strong>');
    expect(text).toContain('<dt>name</dt><dd>&quot;Pump, cost free&quot;</dd>');
    expect(text).toContain('<dt>state</dt><dd>active</dd>');
    expect(text).toContain('1 target, 0.4 % of the 240 devices of verizon; in &quot;South no cost&quot;');
  });

  it('the change page lists failed targets first', async () => {
    const targets = Array.from({ length: 40 }, (_, i) => ({
      device: `dev-${i}`,
      label: `dev-${i}`,
      before: { state: 'active' },
      outcome: i === 33 ? ('left out' as const) : i === 39 ? ('failed' as const) : ('applied' as const),
      ...(i === 39 ? { why: 'line is on hold' } : {}),
    }));
    const one = await openConsole([waitingChange('chg_1', { status: 'partial', targets })]);
    await one.enter();
    const { text } = await one.ask('/console/changes/chg_1');
    expect([...text.matchAll(/class="mono">(dev-\d+)</g)].slice(0, 4).map(([, device]) => device)).toEqual([
      'dev-33',
      'dev-39',
      'dev-0',
      'dev-1',
    ]);
  });

  it('the change page and the history mark an unapproved change past its deadline as expired', async () => {
    const one = await openConsole([waitingChange('chg_1', { expires: began })]);
    await one.enter();
    for (const path of ['/console/changes/chg_1', '/console/changes'])
      expect((await one.ask(path)).text).toContain('<span class="chip calm">expired</span>');
  });
});

describe('console approval', () => {
  it('an approval with a PIN is recorded, passed to the server and shown on the page', async () => {
    const one = await openConsole();
    const csrf = await one.enter();
    const page = (await one.ask('/console/changes/chg_1')).text;
    for (const words of [
      'suspend, it loses service',
      'Rule <strong>suspensions</strong> requires one named person',
      'interrupts service',
      'restore_sim',
      'requested by',
    ])
      expect(page.toLowerCase()).toContain(words.toLowerCase());
    const yes = await one.ask('/console/changes/chg_1/approve', { form: { csrf, name: 'maria', code: pin } });
    expect([yes.status, yes.to]).toEqual([303, '/console/changes/chg_1']);
    expect(one.approved).toEqual(['chg_1']);
    expect((await one.store.get('chg_1'))?.approvals).toEqual([{ kind: 'console', by: 'maria', at: began }]);
    const after = (await one.ask('/console/changes/chg_1')).text;
    expect(after).toContain('Approved. A server with the connection verizon carries it out');
    expect(after).toContain('<meta http-equiv="refresh" content="3; url=/console/changes/chg_1">');
    expect(after).not.toContain('/console/changes/chg_1/approve#');
  });

  it('a wrong code approves nothing, and five wrong codes lock the name for 15 minutes', async () => {
    const one = await openConsole();
    const csrf = await one.enter();
    const approve = (code: string) => one.ask('/console/changes/chg_1/approve', { form: { csrf, name: 'maria', code } });
    for (let i = 0; i < 5; i++) {
      const { status, text } = await approve(`wrong-${i}`);
      expect([status, text.includes(wrongCredentials), text.includes(`wrong-${i}`)]).toEqual([403, true, false]);
    }
    expect((await approve(pin)).status).toBe(403);
    expect((await one.store.get('chg_1'))?.approvals).toBeUndefined();
    one.clock.advance(15 * minute);
    expect((await approve(pin)).status).toBe(303);
  });

  it('approve 2 needs two different people', async () => {
    const one = await openConsole([waitingChange('chg_2', { decision: two })]);
    const csrf = await one.enter();
    const approve = (name: string, code: string) => one.ask('/console/changes/chg_2/approve', { form: { csrf, name, code } });
    expect((await approve('maria', pin)).status).toBe(303);
    expect((await one.ask('/console/changes/chg_2')).text).toContain('1 of 2: maria');
    const again = await approve('maria', pin);
    expect(again.status).toBe(409);
    expect(again.text).toContain('Maria has approved chg_2 already. It needs another person.');
    expect(one.approved).toEqual([]);
    expect((await approve('jo', one.code())).status).toBe(303);
    expect(one.approved).toEqual(['chg_2']);
  });

  it('who asked for a change cannot approve it with their own PIN, in a session of a one-time link or of their own', async () => {
    const people = peopleOf([maria, jo], new Map([['bot', { people: ['maria'] }]]));
    const store = memoryStore();
    const approvals = makeApprovalService({ store, clock: fixedClock(began), people });
    const one = await openConsole([waitingChange('chg_1', { askedBy: ['maria'] }), waitingChange('chg_2', { caller: 'bot' })], {
      store,
      approvals,
    });
    const csrf = await one.enter();
    for (const id of ['chg_1', 'chg_2']) {
      const own = await one.ask(`/console/changes/${id}/approve`, { form: { csrf, name: 'maria', code: pin } });
      expect(own.status).toBe(409);
      expect(own.text).toContain(`and nobody approves a change that they asked for. jo can approve it.`);
    }
    await one.ask('/console/sign-out', { form: { csrf } });
    await one.ask('/console/sign-in', { form: { name: 'maria', code: pin, to: '/console' } });
    const { text } = await one.ask('/console/changes/chg_1');
    expect(text).toContain('Needs one approver, not maria, who asked for it');
    const own = { csrf: one.csrfOf(text), name: 'Maria', code: pin };
    expect((await one.ask('/console/changes/chg_1/approve', { form: own })).status).toBe(409);
    expect(one.approved).toEqual([]);
    const other = { ...own, name: 'jo', code: one.code() };
    expect((await one.ask('/console/changes/chg_1/approve', { form: other })).status).toBe(303);
  });

  it('a code of an authenticator app is accepted once, for one change', async () => {
    const one = await openConsole([waitingChange('chg_1'), waitingChange('chg_2')]);
    const csrf = await one.enter();
    const form = { csrf, name: 'jo', code: one.code() };
    expect((await one.ask('/console/changes/chg_1/approve', { form })).status).toBe(303);
    expect((await one.ask('/console/changes/chg_2/approve', { form })).status).toBe(403);
    one.clock.advance(30_000);
    expect((await one.ask('/console/changes/chg_2/approve', { form: { ...form, code: one.code() } })).status).toBe(303);
  });

  it('an expired change cannot be approved', async () => {
    const one = await openConsole();
    const csrf = await one.enter();
    one.clock.advance(60 * minute);
    const late = await one.ask('/console/changes/chg_1/approve', { form: { csrf, name: 'maria', code: pin } });
    expect(late.status).toBe(409);
    expect(late.text).toContain('has expired; nothing was sent');
    expect(one.approved).toEqual([]);
  });

  it('an irreversible change is marked on every page', async () => {
    const one = await openConsole([waitingChange('chg_1', { irreversible: true, effects: ['destructive'] })]);
    await one.enter();
    for (const path of ['/console', '/console/changes', '/console/changes/chg_1'])
      expect((await one.ask(path)).text).toContain('<span class="chip final">⚠ cannot be undone</span>');
    expect((await one.ask('/console/changes/chg_1')).text).toContain('Approve for good');
  });

  it('without approvers the page has no approval form and explains how to create an approver', async () => {
    const one = await openConsole(undefined, { hasApprovers: false });
    await one.enter();
    const { text } = await one.ask('/console/changes/chg_1');
    expect(text).toContain('iot-ops-mcp approver maria');
    expect(text).not.toContain('/approve#');
  });
});

test('rejecting at the console ends a change with name and reason', async () => {
  const one = await openConsole();
  const csrf = await one.enter();
  const form = { csrf, name: 'maria', code: pin, why: 'not before Monday' };
  expect((await one.ask('/console/changes/chg_1/reject', { form: { ...form, code: 'wrong-pin' } })).status).toBe(403);
  expect((await one.store.get('chg_1'))?.status).toBe('awaiting_approval');
  expect((await one.ask('/console/changes/chg_1/reject', { form })).status).toBe(303);
  const { text } = await one.ask('/console/changes/chg_1');
  expect(text).toContain('refused: declined');
  expect(text).toContain('Rejected by maria: not before Monday. Nothing was sent.');
  expect((await one.ask('/console')).text).toContain('Nothing is waiting for approval');
  expect((await one.ask('/console/changes/chg_1/reject', { form })).status).toBe(409);
});

test('any console session can stop all changes, and only an approver can resume them', async () => {
  const one = await openConsole();
  const csrf = await one.enter();
  expect((await one.ask('/console/stop', { form: { csrf, why: 'carrier trouble' } })).to).toBe('/console');
  expect(one.stop.reason()).toBe('carrier trouble (at the console)');
  const page = (await one.ask('/console')).text;
  expect(page).toContain('All changes are stopped: carrier trouble (at the console)');
  expect(page).not.toContain('Stop all changes now');
  expect((await one.ask('/console/go', { form: { csrf } })).status).toBe(403);
  expect((await one.ask('/console/go', { form: { csrf, name: 'maria', code: 'wrong-pin' } })).text).toContain(wrongCredentials);
  expect(one.stop.reason()).toBeDefined();
  expect((await one.ask('/console/go', { form: { csrf, name: 'maria', code: pin } })).to).toBe('/console');
  expect(one.stop.reason()).toBeUndefined();
  expect(one.logged).toEqual(['all changes were stopped at the console: carrier trouble', 'changes were resumed at the console by maria']);
});

describe('console history and audit log', () => {
  it('the history lists all changes in pages, newest first', async () => {
    const one = await openConsole(
      Array.from({ length: 30 }, (_, i) => waitingChange(`chg_${i + 1}`, { status: 'applied', created: began + i })),
    );
    await one.enter();
    const ids = (text: string) => [...text.matchAll(/href="\/console\/changes\/(chg_\d+)"/g)].map((match) => match[1]);
    const first = (await one.ask('/console/changes')).text;
    expect([ids(first).length, ids(first)[0], ids(first).at(-1)]).toEqual([25, 'chg_30', 'chg_6']);
    const older = /href="(\/console\/changes\?after=[^"]*)">Older \(5\)/.exec(first)?.[1] ?? '';
    const second = (await one.ask(older)).text;
    expect([ids(second).length, second.includes('Older')]).toEqual([5, false]);
  });

  it('the audit page verifies the hash chain and lists lines newest first', async () => {
    const one = await openConsole(Array.from({ length: 60 }, (_, i) => waitingChange(`chg_${i + 1}`)));
    await one.enter();
    const { text } = await one.ask('/console/audit');
    expect(text).toContain('The hash chain is intact: 60 lines.');
    const lines = (page: string) => [...page.matchAll(/line (\d+) <code>/g)].map((match) => Number(match[1]));
    expect([lines(text).length, lines(text)[0], lines(text).at(-1)]).toEqual([50, 60, 11]);
    const older = await one.ask(/href="(\/console\/audit\?before=\d+)"/.exec(text)?.[1] ?? '');
    expect([lines(older.text)[0], lines(older.text).at(-1)]).toEqual([10, 1]);
  });

  it('the audit page reports a modified line and still shows the lines after it', async () => {
    const whole = memoryStore();
    const store: ChangeStore = {
      ...whole,
      async *audit() {
        for await (const row of whole.audit()) yield row.seq === 2 ? { ...row, body: row.body.replace('ops', 'nobody') } : row;
      },
    };
    const one = await openConsole([waitingChange('chg_1'), waitingChange('chg_2'), waitingChange('chg_3')], { store });
    await one.enter();
    const { text } = await one.ask('/console/audit');
    expect(text).toContain('The hash chain is broken at line 2.');
    expect(text).toContain('/console/changes/chg_3');
  });
});
