/**
 * Drives the console in Chromium without JavaScript, at phone and desktop width: an MCP client requests changes on the sandbox, the browser
 * approves them. Writes screenshots for a person to look at.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { makeApprovalService } from '../src/approvers/approval.ts';
import { hashPin } from '../src/approvers/approver.ts';
import { makeConsoleLinks } from '../src/approvers/console-links.ts';
import { systemClock } from '../src/clock.ts';
import { makeServerConsole } from '../src/commands/server-console.ts';
import { readConfig } from '../src/config.ts';
import { makeProduct } from '../src/server.ts';
import { memoryStore } from '../src/store/memory.ts';
import { memoryState } from '../src/store/open-shared-state.ts';
import { makeHttpApp } from '../src/web/http-app.ts';
import { listen } from '../src/web/listen.ts';

const shots = 'results/console';
const pin = 'check-console-pin';
const rules = `
rules:
  - { name: money wants two, when: { operation: thingspace.plans.change }, then: approve 2 }
  - { name: new devices want a named person, when: { operation: thingpark.devices.create }, then: approve }
`;

const views: Record<string, BrowserContextOptions> = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: 'light' },
  'phone-dark': { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: 'dark' },
  desktop: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
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
  process.stdout.write(`The console works at ${Object.keys(views).join(', ')}; review the screenshots in ${shots}.\n`);
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

/** One visit: signs in, approves, follows the change, rejects, stops and resumes all changes, reads the history. */
async function drive(browser: Browser, name: string, view: BrowserContextOptions): Promise<void> {
  const served = await serve(join(folder, name));
  const context = await browser.newContext({ ...view, javaScriptEnabled: false });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || /content security policy/i.test(message.text())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('requestfailed', (request) => {
    // A page that reloads itself aborts the requests it was loading.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') problems.push(`${request.url()} failed: ${request.failure()?.errorText}`);
  });
  let shot = 0;
  const keep = async (what: string): Promise<void> => {
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    check(wide <= 0, `${name}: ${what} is ${wide} px wider than the screen`);
    shot += 1;
    await page.screenshot({ path: join(shots, `${name}-${String(shot).padStart(2, '0')}-${what}.png`), fullPage: true });
  };
  const sees = (words: string): Promise<void> => page.locator('body', { hasText: words }).waitFor({ timeout: 40_000 });
  const prove = async (form: ReturnType<Page['locator']>, code = pin): Promise<void> => {
    await form.locator('input[name=name]').fill('maria');
    await form.locator('input[name=code]').fill(code);
    await form.locator('button').click();
  };
  const approval = page.locator('form[action*="/approve"]');
  const open = (id: string) => page.goto(`${served.url}/console/changes/${id}`);
  const status = (tone: string, words: string): Promise<void> =>
    page.locator(`.chip.${tone}`, { hasText: words }).first().waitFor({ timeout: 40_000 });
  try {
    const [quick, gone, two, many, fridge] = await served.ask();
    await open(gone);
    await sees('Sign in');
    await keep('sign-in');
    await prove(page.locator('form[action$="/sign-in"]'));
    await page.waitForURL(`**/console/changes/${gone}`);
    await page.locator('form[action$="/sign-out"] button').click();
    await sees('Sign in');

    await page.goto(await served.link());
    check(page.url() === `${served.url}/console`, `${name}: the used link is still in the address bar`);
    await sees('Waiting for approval');
    await keep('waiting');

    await page.locator(`a[href$="${gone}"]`).click();
    await sees('cannot be undone');
    await keep('change');
    await prove(approval, 'a-wrong-pin');
    await sees('Name and code do not match');
    await keep('wrong-code');
    check(problems.length === 1 && problems[0]?.includes('403'), `${name}: ${problems.join('; ')}`);
    problems.length = 0;
    await prove(approval);
    await status('good', 'done');
    await keep('done');

    await open(many);
    await page.locator('details:has-text("more") > summary').first().click();
    await keep('many');
    // Changed after the plan was made: these two are left out, the rest is sent.
    served.move(2);
    await prove(approval);
    await sees('went first as the canary; the other');
    await keep('many-under-way');
    await status('bad', 'partly done');
    await keep('many-done');

    await open(fridge);
    await sees('new devices want a named person');
    await keep('new-device');
    await prove(approval);
    await status('good', 'done');
    await keep('new-device-done');

    await open(two);
    await sees('1 of 2: jo');
    await keep('one-of-two');
    await page.locator('details:has(form[action*="/reject"]) > summary').click();
    await page.locator('input[name=why][maxlength="200"]').fill('Not before Monday, the customer moves house');
    await keep('rejecting');
    await prove(page.locator('form[action*="/reject"]'));
    await sees('Rejected by maria: Not before Monday');
    await keep('rejected');

    const late = await served.askLate();
    await open(late);
    await prove(approval);
    await sees('went first as the canary; the other');
    await page.locator('details.stop > summary').click();
    await keep('stopping');
    await page.locator('form[action$="/stop"] input[name=why]').fill('carrier trouble');
    await page.locator('form[action$="/stop"] button').click();
    await sees('All changes are stopped: carrier trouble');
    await page.locator('details:has(form[action$="/go"]) > summary').click();
    await keep('stopped');
    await open(late);
    await sees('The rest was not sent');
    await keep('stopped-in-the-middle');
    await page.locator('details:has(form[action$="/go"]) > summary').click();
    await prove(page.locator('form[action$="/go"]'));
    await page.locator('details.stop').waitFor();
    const rest = await served.resume(late);
    await open(rest);
    await sees('Resumes');
    await keep('resumed');

    await page.locator('nav a', { hasText: 'Changes' }).click();
    await sees('newest first');
    await keep('changes');
    await page.locator('nav a', { hasText: 'Audit' }).click();
    await sees('The hash chain is intact');
    await keep('audit');
    await open(quick);
    await status('good', 'done');
    await keep('approved-in-the-chat');
    await open('chg_nobody');
    check(problems.length === 1 && problems[0]?.includes('404'), `${name}: ${problems.join('; ')}`);
    problems.length = 0;
    await keep('nothing');
    check(problems.length === 0, `${name}: ${problems.join('; ')}`);
  } finally {
    await context.close();
    await served.close();
  }
}

/** The HTTP mode on its sandbox with approvers, and an MCP client that requests changes. */
async function serve(stateDir: string) {
  const clock = systemClock;
  const store = memoryStore();
  await mkdir(stateDir, { recursive: true });
  const policy = join(stateDir, 'policy.yaml');
  await writeFile(policy, rules);
  const config = readConfig({ state: stateDir, policy }, {});
  const hash = await hashPin(pin, randomBytes);
  config.approvers.push({ name: 'maria', pin: hash }, { name: 'jo', pin: hash });
  const product = await makeProduct({ config, clock, connectionNames: [], fleetSize: 240, seed: 1, deterministic: false, store });
  const { routes } = await makeServerConsole({ config, clock, state: { ...memoryState(config), store } }, product);
  const web = makeHttpApp({
    build: product.build,
    log: product.log,
    callers: new Map(),
    allowedHosts: [],
    allowedOrigins: [],
    console: routes,
  });
  const listening = await listen(web.fetch, '127.0.0.1', 0);
  const client = new Client({ name: 'check-console', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${listening.url}/mcp`)));
  const change = async (
    tool: string,
    args: Record<string, unknown>,
  ): Promise<{ id: string; status: string; summary: string; confirm?: string }> => {
    const { structuredContent, content } = await client.callTool({ name: tool, arguments: args });
    const asked = (structuredContent as { change?: { id: string; status: string; summary: string; confirm?: string } } | undefined)?.change;
    if (!asked) throw new Error(`${tool}: ${JSON.stringify(content)}`);
    return asked;
  };
  const sandbox = await product.sandbox?.();
  const lines = sandbox?.world.thingspace.devices.filter((one) => one.state === 'active') ?? [];
  const sims = (count: number) => lines.splice(0, count).map(({ iccid }) => ({ iccid }));
  const driftingSims: string[] = [];
  return {
    url: listening.url,
    link: async () => `${listening.url}/console/link/${await makeConsoleLinks({ store, clock, random: randomBytes }).create()}`,
    /** One change executed from the chat, and four that wait: one irreversible SIM, a plan change for two approvers, forty SIMs, a device with a key. */
    async ask(): Promise<[string, string, string, string, string]> {
      const quick = await change('suspend_sim', { sims: sims(1) });
      await change('apply_change', { change: quick.id, confirm: quick.confirm ?? quick.summary });
      const gone = await change('deactivate_sim', { sims: sims(3), reasonCode: 'FF', etfWaiver: false });
      const two = await change('change_service_plan', { sims: sims(3), servicePlan: 'IOTSHR250MB' });
      await makeApprovalService({ store, clock }).approve(two.id, 'jo', 'terminal');
      const forty = sims(40);
      driftingSims.push(...forty.slice(-2).map(({ iccid }) => iccid));
      const many = await change('suspend_sim', { sims: forty });
      const fridge = await change('add_lorawan_device', {
        name: 'Fridge "Nord" 17, cellar',
        devEui: 'A81758FFFE0B0001',
        model: 'SMTC/LoRaMoteA.1_EU',
        activation: 'OTAA',
        joinEui: 'A81758FFFE000000',
        appKey: randomBytes(16).toString('hex'),
      });
      return [quick.id, gone.id, two.id, many.id, fridge.id];
    },
    askLate: async () => (await change('suspend_sim', { sims: sims(40) })).id,
    resume: async (id: string) => (await change('resume_change', { change: id })).id,
    /** Suspends these SIMs of the large change outside this server. */
    move(count: number) {
      for (const line of sandbox?.world.thingspace.devices ?? [])
        if (driftingSims.slice(0, count).includes(line.iccid)) line.state = 'suspend';
    },
    async close() {
      await client.close();
      await listening.close();
      await web.close();
      await product.close();
    },
  };
}

function check(right: boolean | undefined, words: string): void {
  if (!right) throw new Error(words);
}
