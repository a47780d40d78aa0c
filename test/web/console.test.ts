/** The console over HTTP: what a browser may do there, and what nobody may. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOTP } from 'otpauth';
import { beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';

import { makeDesk } from '../../src/approvers/approval.ts';
import { type Approver, hashPin, makeProof } from '../../src/approvers/approver.ts';
import { makeLinks } from '../../src/approvers/link.ts';
import { fixedClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { makeProduct } from '../../src/server.ts';
import type { Change } from '../../src/store/change.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { stopSwitch } from '../../src/store/stop.ts';
import type { ChangeStore } from '../../src/store/store.ts';
import { makeWeb } from '../../src/web/app.ts';
import { type ConsoleParts, consoleDoor } from '../../src/web/console/door.ts';
import { began, minute, two, waitingChange } from '../approvers/waiting.ts';

const pin = 'correct-pin';
const totpSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const evil = '<script>alert(1)</script>';
let maria: Approver;
const jo: Approver = { name: 'jo', totp: totpSecret };
const spent = 'Name and code do not match. Try again: a code of an app is valid once.';

beforeAll(async () => {
  maria = { name: 'maria', pin: await hashPin(pin, randomBytes) };
});

interface Asked {
  form?: Record<string, string>;
  /** What a browser would send otherwise; undefined leaves it out. */
  headers?: Record<string, string | undefined>;
  body?: string;
  method?: string;
}

/** A console with some changes, and a browser that keeps its cookie. */
async function opened(
  changes: readonly Change[] = [waitingChange('chg_1')],
  more: Partial<ConsoleParts> = {},
  base = 'http://127.0.0.1:8383',
) {
  const stateDir = mkdtempSync(join(tmpdir(), 'console-'));
  onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
  const store = more.store ?? memoryStore();
  const clock = fixedClock(began);
  for (const change of changes) await store.add(change);
  const taken: string[] = [];
  const said: string[] = [];
  const stop = stopSwitch(stateDir);
  const links = makeLinks({ store, clock, random: randomBytes });
  const parts: ConsoleParts = {
    store,
    desk: makeDesk({ store, clock }),
    proof: makeProof({ approvers: [maria, jo], store, clock }),
    links,
    stop,
    clock,
    random: randomBytes,
    people: true,
    allowedHosts: [],
    publicUrl: undefined,
    approved: (id) => void taken.push(id),
    redact: (value) => value,
    say: (line) => void said.push(line),
    ...more,
  };
  const product = makeProduct({ config: readConfig({}, {}), clock, only: [], fleet: 12, seed: 1, repeatable: true });
  const door = consoleDoor(parts);
  const web = makeWeb({
    build: product.build,
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
    { form, headers = {}, body, method }: Asked = {},
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
  /** Opens a fresh link, as the operator does. */
  const enter = async (): Promise<string> => {
    await ask(`/console/link/${await links.make()}`);
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
    taken,
    said,
    code: () => new TOTP({ secret: totpSecret }).generate({ timestamp: clock.now() }),
    get cookie() {
      return cookie;
    },
    set cookie(value) {
      cookie = value;
    },
  };
}

describe('getting in', () => {
  it('a link opens once and leaves itself behind', async () => {
    const { ask, links } = await opened();
    const path = `/console/link/${await links.make()}`;
    const first = await ask(path, { headers: { 'sec-fetch-site': 'none' } });
    expect([first.status, first.to]).toEqual([303, '/console']);
    expect(first.headers.get('set-cookie')).toMatch(
      /^iot-ops-console=[\w-]{43}; Path=\/console; Max-Age=28800; HttpOnly; SameSite=Strict$/,
    );
    expect((await ask('/console')).status).toBe(200);
    const again = await ask(path);
    expect([again.status, again.headers.get('set-cookie')]).toEqual([403, null]);
    expect(again.text).toContain('This link is spent');
  });

  it('a link that is ten minutes old, or was never made, opens nothing', async () => {
    const { ask, links, clock } = await opened();
    const path = `/console/link/${await links.make()}`;
    clock.advance(10 * minute);
    expect((await ask(path)).status).toBe(403);
    expect((await ask('/console/link/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).status).toBe(403);
    expect((await ask('/console')).to).toBe('/console/sign-in?to=%2Fconsole');
  });

  it('a HEAD, which mail and chat programs send, spends no link', async () => {
    const { ask, links } = await opened();
    const path = `/console/link/${await links.make()}`;
    expect((await ask(path, { method: 'HEAD' })).status).toBe(405);
    expect((await ask(path)).status).toBe(303);
  });

  it('an approver signs in by name and code, and comes to the page that was asked for', async () => {
    const { ask } = await opened();
    const refused = await ask('/console/changes/chg_1');
    expect([refused.status, refused.to]).toEqual([303, '/console/sign-in?to=%2Fconsole%2Fchanges%2Fchg_1']);
    expect((await ask(refused.to ?? '')).text).toContain('name="to" value="/console/changes/chg_1"');
    const wrong = await ask('/console/sign-in', { form: { name: 'maria', code: 'wrong-pin', to: '/console/changes/chg_1' } });
    expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([403, null]);
    expect(wrong.text).toContain(spent);
    const right = await ask('/console/sign-in', { form: { name: 'Maria', code: pin, to: '/console/changes/chg_1' } });
    expect([right.status, right.to]).toEqual([303, '/console/changes/chg_1']);
    expect((await ask('/console')).text).toContain('Signed in as maria');
  });

  it.each(['https://evil.example/', '//evil.example', '/console/../mcp', '/console/changes/x?y', 'javascript:alert(1)'])(
    'signing in goes on to no other place: %s',
    async (to) => {
      const { ask } = await opened();
      expect((await ask('/console/sign-in', { form: { name: 'maria', code: pin, to } })).to).toBe('/console');
    },
  );

  it('a session ends after eight hours, and with signing out', async () => {
    const one = await opened();
    const csrf = await one.enter();
    one.clock.advance(8 * 60 * minute - 1);
    expect((await one.ask('/console')).status).toBe(200);
    one.clock.advance(1);
    expect((await one.ask('/console')).status).toBe(303);
    const late = await one.ask('/console/stop', { form: { csrf, why: 'late' } });
    expect([late.status, late.to, one.stop.why()]).toEqual([303, '/console/sign-in?to=%2Fconsole', undefined]);
    const token = await one.enter();
    const kept = one.cookie;
    const out = await one.ask('/console/sign-out', { form: { csrf: token } });
    expect([out.to, out.headers.get('set-cookie')]).toEqual([
      '/console/sign-in',
      'iot-ops-console=; Path=/console; Max-Age=0; HttpOnly; SameSite=Strict',
    ]);
    one.cookie = kept;
    expect((await one.ask('/console')).status).toBe(303);
  });

  it('a link in another site leads here by a page of ours, so that the strict cookie comes along', async () => {
    const { ask, enter } = await opened();
    await enter();
    const without = await ask('/console/changes/chg_1', { headers: { 'sec-fetch-site': 'cross-site', cookie: undefined } });
    expect(without.status).toBe(200);
    expect(without.text).toContain('<meta http-equiv="refresh" content="0; url=/console/changes/chg_1">');
    expect(without.text).not.toContain('suspend');
    expect((await ask('/console/changes/chg_1')).text).toContain('suspend');
  });

  it('a made-up cookie opens nothing', async () => {
    const one = await opened();
    await one.enter();
    for (const cookie of ['iot-ops-console=', 'iot-ops-console=x', `other-${one.cookie}`, `x=1; y=${one.cookie?.split('=')[1]}`]) {
      one.cookie = cookie;
      expect((await one.ask('/console')).status).toBe(303);
    }
  });
});

describe('every form', () => {
  const stopAsked = async (asked: (csrf: string) => Asked, more: Partial<ConsoleParts> = {}, base?: string) => {
    const one = await opened(undefined, more, base);
    const csrf = await one.enter();
    const answer = await one.ask('/console/stop', asked(csrf));
    return { ...answer, stopped: one.stop.why() !== undefined };
  };

  it('is taken from a page of ours', async () => {
    const { status, stopped } = await stopAsked((csrf) => ({ form: { csrf, why: 'test' } }));
    expect([status, stopped]).toEqual([303, true]);
  });
  it('is taken from a browser that does not say Sec-Fetch-Site, by its Origin', async () => {
    const { stopped } = await stopAsked((csrf) => ({ form: { csrf }, headers: { 'sec-fetch-site': undefined } }));
    expect(stopped).toBe(true);
  });

  it.each<[string, number, (csrf: string) => Asked]>([
    [
      'a foreign Host (DNS rebinding)',
      403,
      (csrf) => ({ form: { csrf }, headers: { host: 'evil.example', origin: 'http://evil.example' } }),
    ],
    ['no Origin', 403, (csrf) => ({ form: { csrf }, headers: { origin: undefined } })],
    ['a foreign Origin', 403, (csrf) => ({ form: { csrf }, headers: { origin: 'https://evil.example' } })],
    ['the Origin of another port here', 403, (csrf) => ({ form: { csrf }, headers: { origin: 'http://127.0.0.1:3000' } })],
    ['the Origin of another name of this machine', 403, (csrf) => ({ form: { csrf }, headers: { origin: 'http://localhost:8383' } })],
    ['no Origin to speak of', 403, (csrf) => ({ form: { csrf }, headers: { origin: 'null' } })],
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
  ])('with %s does nothing', async (_, expected, asked) => {
    const { status, stopped } = await stopAsked(asked);
    expect([status, stopped]).toEqual([expected, false]);
  });

  it('is guarded by the console itself too, where it stands alone on a port', async () => {
    const { door } = await opened();
    const knock = async (host: string): Promise<number> => {
      const request = new Request('http://127.0.0.1/console/sign-in');
      request.headers.set('host', host);
      return (await door.fetch(request)).status;
    };
    expect([await knock('127.0.0.1:1234'), await knock('evil.example'), await knock('localhost.evil.example')]).toEqual([200, 403, 403]);
  });

  it('carries the token of its own session, not of another one', async () => {
    const one = await opened();
    const foreign = await one.enter();
    const own = await one.enter();
    expect(own).not.toBe(foreign);
    expect((await one.ask('/console/stop', { form: { csrf: foreign } })).status).toBe(403);
    expect(one.stop.why()).toBeUndefined();
    expect((await one.ask('/console/stop', { form: { csrf: own } })).status).toBe(303);
  });

  it('of every path is guarded so', async () => {
    const one = await opened();
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

describe('every answer', () => {
  it('runs nothing, is framed by nobody, tells nothing on and is kept nowhere', async () => {
    const one = await opened();
    const token = await one.links.make();
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
      // A page under no-referrer would send its forms with `Origin: null`; a link is left behind without a trace.
      const isPage = headers.get('content-type')?.startsWith('text/html') === true;
      expect(headers.get('referrer-policy')).toBe(isPage ? 'same-origin' : 'no-referrer');
    }
    expect(answers[3]?.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('behind https has a cookie that only https carries', async () => {
    const base = 'https://ops.example.com';
    const one = await opened(undefined, { publicUrl: base, allowedHosts: ['ops.example.com'] }, base);
    const answer = await one.ask(`/console/link/${await one.links.make()}`);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Secure-iot-ops-console=[\w-]{43}; Path=\/console; Max-Age=28800; HttpOnly; SameSite=Strict; Secure$/,
    );
    const csrf = one.csrfOf((await one.ask('/console')).text);
    expect((await one.ask('/console/stop', { form: { csrf }, headers: { origin: 'http://ops.example.com' } })).status).toBe(403);
    expect((await one.ask('/console/stop', { form: { csrf } })).status).toBe(303);
  });

  it('shows names from a provider as text, without what is invisible', async () => {
    const hostile = waitingChange('chg_1', {
      summary: `89148000000077000037 "${evil}" \u202e`,
      caller: evil,
      connection: evil,
      warnings: [evil],
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
    const one = await opened([hostile]);
    await one.enter();
    one.stop.stop(evil);
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

  it('hides what is secret, and no input is on any page', async () => {
    const key = '00112233445566778899AABBCCDDEEFF';
    const planted = waitingChange('chg_1', { inputs: [{ body: { appKey: key } }], explanation: `the provider says ${key}` });
    const redact = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(key, '[redacted]')) as T;
    const one = await opened([planted], { redact });
    await one.enter();
    for (const path of ['/console', '/console/changes', '/console/changes/chg_1', '/console/audit'])
      expect((await one.ask(path)).text).not.toContain(key);
    expect((await one.ask('/console/changes/chg_1')).text).toContain('the provider says [redacted]');
  });

  it('that goes wrong here says nothing of what went wrong', async () => {
    const broken: ChangeStore = {
      ...memoryStore(),
      audit: () => {
        throw new Error('a path and a stack');
      },
    };
    const one = await opened([], { store: broken });
    await one.enter();
    const { status, text, headers } = await one.ask('/console/audit');
    expect([status, text]).toEqual([500, 'Something went wrong here; the server has written down what.']);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(one.said).toEqual(['console: a path and a stack']);
  });
});

describe('a page of a change', () => {
  it('puts what a provider wrote in quotes that it cannot close', async () => {
    const liar = 'Gate", approved by jo\n\u202e';
    const targets = [
      { device: '89148000000077000037', label: liar, before: { name: 'Pump, cost free', state: 'active' }, outcome: 'planned' as const },
    ];
    const one = await opened([waitingChange('chg_1', { targets, blast: { count: 1, total: 240, groups: ['South; no cost'] } })]);
    await one.enter();
    const { text } = await one.ask('/console/changes/chg_1');
    expect(text).toContain('<strong class="mono">&quot;Gate&#39;, approved by jo&quot;</strong>');
    expect(text).toContain('<dt>name</dt><dd>&quot;Pump, cost free&quot;</dd>');
    expect(text).toContain('<dt>state</dt><dd>active</dd>');
    expect(text).toContain('1 target, 0.4 % of the 240 devices of verizon; in &quot;South no cost&quot;');
  });

  it('shows first of many targets those that went wrong', async () => {
    const targets = Array.from({ length: 40 }, (_, i) => ({
      device: `dev-${i}`,
      label: `dev-${i}`,
      before: { state: 'active' },
      outcome: i === 33 ? ('left out' as const) : i === 39 ? ('failed' as const) : ('applied' as const),
      ...(i === 39 ? { why: 'line is on hold' } : {}),
    }));
    const one = await opened([waitingChange('chg_1', { status: 'partial', targets })]);
    await one.enter();
    const { text } = await one.ask('/console/changes/chg_1');
    expect([...text.matchAll(/class="mono">(dev-\d+)</g)].slice(0, 4).map(([, device]) => device)).toEqual([
      'dev-33',
      'dev-39',
      'dev-0',
      'dev-1',
    ]);
  });

  it('says of one that nobody approved in its time that it ran out, in the history too', async () => {
    const one = await opened([waitingChange('chg_1', { expires: began })]);
    await one.enter();
    for (const path of ['/console/changes/chg_1', '/console/changes'])
      expect((await one.ask(path)).text).toContain('<span class="chip calm">ran out</span>');
  });
});

describe('approving', () => {
  it('asks for the proof each time, tells the server and shows how it stands', async () => {
    const one = await opened();
    const csrf = await one.enter();
    const page = (await one.ask('/console/changes/chg_1')).text;
    for (const words of [
      'suspend, it loses service',
      'Rule <strong>suspensions</strong> requires one named person',
      'interrupts service',
      'restore_sim',
      'asked by',
    ])
      expect(page.toLowerCase()).toContain(words.toLowerCase());
    const yes = await one.ask('/console/changes/chg_1/approve', { form: { csrf, name: 'maria', code: pin } });
    expect([yes.status, yes.to]).toEqual([303, '/console/changes/chg_1']);
    expect(one.taken).toEqual(['chg_1']);
    expect((await one.store.get('chg_1'))?.approvals).toEqual([{ kind: 'console', by: 'maria', at: began }]);
    const after = (await one.ask('/console/changes/chg_1')).text;
    expect(after).toContain('Approved. A server with the connection verizon carries it out');
    expect(after).toContain('<meta http-equiv="refresh" content="3; url=/console/changes/chg_1">');
    expect(after).not.toContain('/console/changes/chg_1/approve#');
  });

  it('with a wrong code does nothing; five of them lock the name, and the page says no more than that', async () => {
    const one = await opened();
    const csrf = await one.enter();
    const approve = (code: string) => one.ask('/console/changes/chg_1/approve', { form: { csrf, name: 'maria', code } });
    for (let i = 0; i < 5; i++) {
      const { status, text } = await approve(`wrong-${i}`);
      expect([status, text.includes(spent), text.includes(`wrong-${i}`)]).toEqual([403, true, false]);
    }
    expect((await approve(pin)).status).toBe(403);
    expect((await one.store.get('chg_1'))?.approvals).toBeUndefined();
    one.clock.advance(15 * minute);
    expect((await approve(pin)).status).toBe(303);
  });

  it('approve 2 counts two people, not one person twice', async () => {
    const one = await opened([waitingChange('chg_2', { decision: two })]);
    const csrf = await one.enter();
    const approve = (name: string, code: string) => one.ask('/console/changes/chg_2/approve', { form: { csrf, name, code } });
    expect((await approve('maria', pin)).status).toBe(303);
    expect((await one.ask('/console/changes/chg_2')).text).toContain('1 of 2: maria');
    const again = await approve('maria', pin);
    expect(again.status).toBe(409);
    expect(again.text).toContain('Maria has approved chg_2 already. It needs another person.');
    expect(one.taken).toEqual([]);
    expect((await approve('jo', one.code())).status).toBe(303);
    expect(one.taken).toEqual(['chg_2']);
  });

  it('a code of an app is taken once, for one change', async () => {
    const one = await opened([waitingChange('chg_1'), waitingChange('chg_2')]);
    const csrf = await one.enter();
    const form = { csrf, name: 'jo', code: one.code() };
    expect((await one.ask('/console/changes/chg_1/approve', { form })).status).toBe(303);
    expect((await one.ask('/console/changes/chg_2/approve', { form })).status).toBe(403);
    one.clock.advance(30_000);
    expect((await one.ask('/console/changes/chg_2/approve', { form: { ...form, code: one.code() } })).status).toBe(303);
  });

  it('a change that has run out is approved by nobody', async () => {
    const one = await opened();
    const csrf = await one.enter();
    one.clock.advance(60 * minute);
    const late = await one.ask('/console/changes/chg_1/approve', { form: { csrf, name: 'maria', code: pin } });
    expect(late.status).toBe(409);
    expect(late.text).toContain('has expired; nothing was sent');
    expect(one.taken).toEqual([]);
  });

  it('what cannot be undone is marked wherever it stands', async () => {
    const one = await opened([waitingChange('chg_1', { irreversible: true, effects: ['destructive'] })]);
    await one.enter();
    for (const path of ['/console', '/console/changes', '/console/changes/chg_1'])
      expect((await one.ask(path)).text).toContain('<span class="chip final">⚠ cannot be undone</span>');
    expect((await one.ask('/console/changes/chg_1')).text).toContain('Approve for good');
  });

  it('nobody can approve where no approver is configured, and the page says how to make one', async () => {
    const one = await opened(undefined, { people: false });
    await one.enter();
    const { text } = await one.ask('/console/changes/chg_1');
    expect(text).toContain('iot-ops-mcp approver maria');
    expect(text).not.toContain('/approve#');
  });
});

test('rejecting ends a change with name and reason', async () => {
  const one = await opened();
  const csrf = await one.enter();
  const form = { csrf, name: 'maria', code: pin, why: 'not before Monday' };
  expect((await one.ask('/console/changes/chg_1/reject', { form: { ...form, code: 'wrong-pin' } })).status).toBe(403);
  expect((await one.store.get('chg_1'))?.status).toBe('awaiting_approval');
  expect((await one.ask('/console/changes/chg_1/reject', { form })).status).toBe(303);
  const { text } = await one.ask('/console/changes/chg_1');
  expect(text).toContain('refused: declined');
  expect(text).toContain('Rejected by maria: not before Monday. Nothing was sent.');
  expect((await one.ask('/console')).text).toContain('Nothing waits');
  expect((await one.ask('/console/changes/chg_1/reject', { form })).status).toBe(409);
});

test('the kill switch: anybody who sees the console stops, an approver lets go again', async () => {
  const one = await opened();
  const csrf = await one.enter();
  expect((await one.ask('/console/stop', { form: { csrf, why: 'carrier trouble' } })).to).toBe('/console');
  expect(one.stop.why()).toBe('carrier trouble (at the console)');
  const page = (await one.ask('/console')).text;
  expect(page).toContain('All changes are stopped: carrier trouble (at the console)');
  expect(page).not.toContain('Stop all changes now');
  expect((await one.ask('/console/go', { form: { csrf } })).status).toBe(403);
  expect((await one.ask('/console/go', { form: { csrf, name: 'maria', code: 'wrong-pin' } })).text).toContain(spent);
  expect(one.stop.why()).toBeDefined();
  expect((await one.ask('/console/go', { form: { csrf, name: 'maria', code: pin } })).to).toBe('/console');
  expect(one.stop.why()).toBeUndefined();
  expect(one.said).toEqual([
    'all changes were stopped at the console: carrier trouble',
    'changes may run again: maria said so at the console',
  ]);
});

describe('looking back', () => {
  it('all changes are listed, newest first, page by page', async () => {
    const one = await opened(
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

  it('the record is shown newest first, with its chain followed', async () => {
    const one = await opened(Array.from({ length: 60 }, (_, i) => waitingChange(`chg_${i + 1}`)));
    await one.enter();
    const { text } = await one.ask('/console/audit');
    expect(text).toContain('The chain holds: 60 lines as written.');
    const lines = (page: string) => [...page.matchAll(/line (\d+) <code>/g)].map((match) => Number(match[1]));
    expect([lines(text).length, lines(text)[0], lines(text).at(-1)]).toEqual([50, 60, 11]);
    const older = await one.ask(/href="(\/console\/audit\?before=\d+)"/.exec(text)?.[1] ?? '');
    expect([lines(older.text)[0], lines(older.text).at(-1)]).toEqual([10, 1]);
  });

  it('a line that was changed is said, and what follows is shown all the same', async () => {
    const whole = memoryStore();
    const store: ChangeStore = {
      ...whole,
      async *audit() {
        for await (const row of whole.audit()) yield row.seq === 2 ? { ...row, body: row.body.replace('ops', 'nobody') } : row;
      },
    };
    const one = await opened([waitingChange('chg_1'), waitingChange('chg_2'), waitingChange('chg_3')], { store });
    await one.enter();
    const { text } = await one.ask('/console/audit');
    expect(text).toContain('The chain is broken at line 2.');
    expect(text).toContain('/console/changes/chg_3');
  });
});
