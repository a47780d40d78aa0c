/** Drives the console in a real browser, without JavaScript, at a phone's and a desk's width, and keeps screenshots for somebody to look at. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

import { makeDesk } from '../src/approvers/approval.ts';
import { hashPin, makeProof } from '../src/approvers/approver.ts';
import { makeLinks } from '../src/approvers/link.ts';
import { systemClock } from '../src/clock.ts';
import { readConfig } from '../src/config.ts';
import { makeProduct } from '../src/server.ts';
import type { Change } from '../src/store/change.ts';
import { memoryStore } from '../src/store/memory.ts';
import { stopSwitch } from '../src/store/stop.ts';
import type { ChangeStore } from '../src/store/store.ts';
import { Redactor } from '../src/text/redact.ts';
import { makeWeb } from '../src/web/app.ts';
import { consoleDoor } from '../src/web/console/door.ts';
import { listen } from '../src/web/listen.ts';

const shots = 'results/console';
const pin = 'check-console-pin';
const minute = 60_000;

const views: Record<string, BrowserContextOptions> = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: 'light' },
  'phone-dark': { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: 'dark' },
  desk: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
};

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const executablePath = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (executablePath === undefined) {
  process.stderr.write(
    "check:console needs Chromium: install it from the system's packages (apt-get install chromium), or name it in CHROMIUM.\n",
  );
  process.exit(1);
}

const folder = await mkdtemp(join(tmpdir(), 'check-console-'));
await mkdir(shots, { recursive: true });
const browser = await chromium.launch({ executablePath, headless: true, args: flags });
try {
  for (const [name, view] of Object.entries(views)) await drive(browser, name, view);
  process.stdout.write(`The console works at ${Object.keys(views).join(', ')}; look at the pictures in ${shots}.\n`);
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

/** One visit: sign in by link, approve, reject, stop, go, look back. */
async function drive(browser: Browser, name: string, view: BrowserContextOptions): Promise<void> {
  const served = await serve(join(folder, name));
  const context = await browser.newContext({ ...view, javaScriptEnabled: false });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || /content security policy/i.test(message.text())) troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('requestfailed', (request) => {
    // A page that reads itself again breaks off what it was loading.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') troubles.push(`${request.url()} failed: ${request.failure()?.errorText}`);
  });
  let shot = 0;
  const keep = async (what: string): Promise<void> => {
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    check(wide <= 0, `${name}: ${what} is ${wide} px wider than the screen`);
    shot += 1;
    await page.screenshot({ path: join(shots, `${name}-${String(shot).padStart(2, '0')}-${what}.png`), fullPage: true });
  };
  const sees = (words: string): Promise<void> => page.locator('body', { hasText: words }).waitFor({ timeout: 15_000 });
  const prove = async (form: ReturnType<Page['locator']>, code = pin): Promise<void> => {
    await form.locator('input[name=name]').fill('maria');
    await form.locator('input[name=code]').fill(code);
    await form.locator('button').click();
  };
  try {
    await page.goto(`${served.url}/console/changes/chg_delete`);
    await sees('Sign in');
    await keep('sign-in');
    await prove(page.locator('form[action$="/sign-in"]'));
    await page.waitForURL('**/console/changes/chg_delete');
    await page.locator('form[action$="/sign-out"] button').click();
    await sees('Sign in');

    await page.goto(await served.link());
    check(page.url() === `${served.url}/console`, `${name}: the spent link stands in the address`);
    await sees('Waiting for approval');
    await keep('waiting');

    await page.locator('a[href$="chg_delete"]').click();
    await sees('cannot be undone');
    await page.locator('details:has-text("more") > summary').first().click();
    await keep('change');
    await prove(page.locator('form[action*="/approve"]'), 'a-wrong-pin');
    await sees('Name and code do not fit together');
    await keep('wrong-code');
    check(troubles.length === 1 && troubles[0]?.includes('403'), `${name}: ${troubles.join('; ')}`);
    troubles.length = 0;
    await prove(page.locator('form[action*="/approve"]'));
    await sees('Approved. A server that has');
    await keep('approved');
    await served.take('chg_delete');
    await page.locator('.chip.good', { hasText: 'done' }).waitFor({ timeout: 15_000 });
    await keep('done');

    await page.goto(`${served.url}/console/changes/chg_two`);
    await sees('1 of 2: jo');
    await keep('one-of-two');
    await page.locator('details:has(form[action*="/reject"]) > summary').click();
    await page.locator('input[name=why][maxlength="200"]').fill('Not before Monday, the customer moves house');
    await keep('rejecting');
    await prove(page.locator('form[action*="/reject"]'));
    await sees('Rejected by maria: Not before Monday');
    await keep('rejected');

    await page.locator('details.stop > summary').click();
    await keep('stopping');
    await page.locator('form[action$="/stop"] input[name=why]').fill('carrier trouble');
    await page.locator('form[action$="/stop"] button').click();
    await sees('All changes are stopped: carrier trouble');
    await page.locator('details:has(form[action$="/go"]) > summary').click();
    await keep('stopped');
    await prove(page.locator('form[action$="/go"]'));
    await page.locator('details.stop').waitFor();

    await page.locator('nav a', { hasText: 'Changes' }).click();
    await sees('newest first');
    await keep('changes');
    await page.locator('nav a', { hasText: 'Audit' }).click();
    await sees('The chain holds');
    await keep('audit');
    await page.goto(`${served.url}/console/changes/chg_nobody`);
    check(troubles.length === 1 && troubles[0]?.includes('404'), `${name}: ${troubles.join('; ')}`);
    troubles.length = 0;
    await keep('nothing');
    check(troubles.length === 0, `${name}: ${troubles.join('; ')}`);
  } finally {
    await context.close();
    await served.close();
  }
}

/** The product on its sandbox with an approver, a console, and changes that wait. */
async function serve(stateDir: string) {
  const clock = systemClock;
  const store = memoryStore();
  for (const change of seeded(clock.now())) await store.add(change);
  const config = readConfig({ state: stateDir }, {});
  const product = makeProduct({ config, clock, only: [], fleet: 12, seed: 1, repeatable: false, store });
  const links = makeLinks({ store, clock, random: randomBytes });
  const redactor = new Redactor();
  const web = makeWeb({
    build: product.build,
    callers: new Map(),
    allowedHosts: [],
    allowedOrigins: [],
    console: consoleDoor({
      store,
      desk: makeDesk({ store, clock }),
      proof: makeProof({ approvers: [{ name: 'maria', pin: await hashPin(pin, randomBytes) }], store, clock }),
      links,
      stop: stopSwitch(stateDir),
      clock,
      random: randomBytes,
      people: true,
      allowedHosts: [],
      publicUrl: undefined,
      approved: () => undefined,
      redact: (value) => redactor.value(value),
      say: () => undefined,
    }),
  });
  const listening = await listen(web.fetch, '127.0.0.1', 0);
  return {
    url: listening.url,
    link: async () => `${listening.url}/console/link/${await links.make()}`,
    /** What a server with the connection does with an approved change. */
    take: (id: string) => carriedOut(store, id, clock.now()),
    async close() {
      await listening.close();
      await web.close();
      await product.close();
    },
  };
}

async function carriedOut(store: ChangeStore, id: string, at: number): Promise<void> {
  const change = await store.get(id);
  if (!change) throw new Error(`no change ${id}`);
  await store.move(id, ['awaiting_approval'], {
    status: 'applied',
    targets: change.targets.map((target) => ({ ...target, outcome: 'applied', after: { ...target.before, state: 'deactivated' } })),
    log: [...change.log, { at, what: `sent ${change.targets.length} target(s)` }, { at, what: 'applied' }],
    ended: at,
  });
}

function seeded(now: number): Change[] {
  const base = {
    provider: 'thingspace',
    connection: 'sandbox-thingspace',
    sandbox: true,
    caller: 'ops',
    cost: 'free',
    warnings: [],
    doubts: [],
    steps: [],
    inputs: [],
    irreversible: false,
    preview: false,
    seal: 'seal',
  } satisfies Partial<Change>;
  const sims = (count: number, state = 'active') =>
    Array.from({ length: count }, (_, i) => {
      const iccid = `891480000000770${String(10_037 + i * 8).padStart(5, '0')}`;
      return { device: iccid, label: iccid, before: { state, plan: 'IOTLOW5MB' }, outcome: 'planned' as const };
    });
  const at = (minutes: number): number => now - minutes * minute;
  return [
    {
      ...base,
      id: 'chg_suspended',
      status: 'applied',
      operation: 'thingspace.devices.suspend',
      summary: '89148000000077000037 (1 SIM) on sandbox-thingspace: suspend, it loses service. Undo: restore_sim.',
      effects: ['disruptive'],
      undo: 'restore_sim',
      targets: [
        {
          device: '89148000000077000037',
          label: '89148000000077000037',
          before: { state: 'active' },
          after: { state: 'suspend' },
          outcome: 'applied',
        },
      ],
      intent: 'a',
      approval: { kind: 'elicited', by: 'the person at ops', at: at(3000) },
      created: at(3002),
      expires: at(2990),
      log: [
        { at: at(3002), what: 'planned' },
        { at: at(3000), what: 'approved (elicited) by the person at ops' },
        { at: at(2999), what: 'applied' },
      ],
    },
    {
      ...base,
      id: 'chg_delete',
      status: 'awaiting_approval',
      operation: 'thingspace.devices.deactivate',
      summary:
        '89148000000077010037 and 23 more (24 SIMs) on sandbox-thingspace: deactivate, their numbers are lost. May incur a termination fee, cost unknown. Cannot be undone.',
      effects: ['disruptive', 'billing', 'destructive'],
      irreversible: true,
      cost: 'cost unknown, an early termination fee may apply',
      settles: 'minutes, up to 24 hours',
      warnings: ['89148000000077010045 does not pass its check digit'],
      doubts: ['etfWaiver: whether the carrier waives the fee is not documented'],
      targets: sims(24),
      blast: { count: 24, total: 240, groups: ['Fridges north', 'Fridges south'] },
      decision: { verdict: 'approve', rule: 'deactivations want a named person', version: '3fa41c09' },
      intent: 'b',
      created: at(6),
      expires: at(-54),
      log: [
        { at: at(6), what: 'planned' },
        { at: at(6), what: 'waits for 1 named person' },
      ],
    },
    {
      ...base,
      id: 'chg_two',
      status: 'awaiting_approval',
      operation: 'thingspace.devices.plan',
      summary:
        '89148000000077010037 and 2 more (3 SIMs) on sandbox-thingspace: move to plan IOTHIGH1GB. Billed by plan, cost unknown. Undo: the old plan.',
      effects: ['billing'],
      undo: 'the old plan',
      cost: 'billed by plan and contract, cost unknown',
      targets: sims(3).map((target, i) => ({
        ...target,
        label: ['Gate "Nord"', 'Silo 1', 'Water meter, cellar of a house with a long name'][i] ?? '',
      })),
      blast: { count: 3, total: 240 },
      decision: { verdict: 'approve 2', rule: 'money wants two', version: '3fa41c09' },
      approvals: [{ kind: 'terminal', by: 'jo', at: at(3) }],
      intent: 'c',
      caller: 'night-shift',
      created: at(5),
      expires: at(-55),
      log: [
        { at: at(5), what: 'planned' },
        { at: at(3), what: 'approved (terminal) by jo' },
      ],
    },
    {
      ...base,
      id: 'chg_restore',
      status: 'partial',
      explanation: '1 done, 1 failed, 1 not sent.',
      operation: 'thingspace.devices.restore',
      summary: '89148000000077010037 and 2 more (3 SIMs) on sandbox-thingspace: restore, billing starts again. Undo: suspend_sim.',
      effects: ['billing'],
      undo: 'suspend_sim',
      targets: sims(3, 'suspend').map((target, i) => ({
        ...target,
        outcome: (['applied', 'failed', 'not sent'] as const)[i] ?? 'planned',
        ...(i === 0 ? { after: { state: 'active', plan: 'IOTLOW5MB' } } : {}),
        ...(i === 1 ? { why: 'the carrier reports: line is on hold' } : {}),
      })),
      intent: 'd',
      approval: { kind: 'host, not proven', by: 'the person at ops', at: at(90) },
      created: at(95),
      expires: at(85),
      log: [
        { at: at(95), what: 'planned' },
        { at: at(90), what: 'partial: 1 done, 1 failed, 1 not sent.' },
      ],
    },
  ];
}

function check(right: boolean | undefined, words: string): void {
  if (!right) throw new Error(words);
}
