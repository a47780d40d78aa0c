/** The questions of `init` at a terminal. */
import { approverName } from '../approvers/approver.ts';
import type { Terminal } from '../approvers/terminal.ts';
import { isSecretSetting } from '../environment-variables.ts';
import type { ProviderModule, SettingText } from '../providers/provider-module.ts';
import { type Answers, type ConnectionAnswers, settingProblem } from './answers.ts';
import { hostNames } from './hosts.ts';

export async function interview(terminal: Terminal, providers: readonly ProviderModule[]): Promise<Answers> {
  terminal.print(
    'Secrets are not shown while you type them, and are written to files that only you can read. Ctrl-C: nothing is written.\n',
  );
  const chosen = await askProviders(terminal, providers);
  const connections: ConnectionAnswers[] = [];
  for (const provider of chosen) connections.push(await askConnection(terminal, provider));
  const approver = connections.some(({ writes }) => writes) ? await askApprover(terminal) : undefined;
  const client = await askClient(terminal);
  return { connections, ...(approver ? { approver } : {}), ...(client === undefined ? {} : { client }) };
}

/** Asks until `accept` returns something. */
async function until<T>(ask: () => Promise<string>, terminal: Terminal, accept: (text: string) => T | { problem: string }): Promise<T> {
  for (;;) {
    const found = accept((await ask()).trim());
    if (typeof found !== 'object' || found === null || !('problem' in found)) return found;
    terminal.print(`  ${found.problem}`);
  }
}

async function askProviders(terminal: Terminal, providers: readonly ProviderModule[]): Promise<ProviderModule[]> {
  const list = providers.map(({ longTitle }, i) => `  ${i + 1} ${longTitle}`).join('\n');
  terminal.print(`Which accounts do you have?\n${list}`);
  return until(
    () => terminal.ask('Numbers, separated by commas: '),
    terminal,
    (text) => {
      const found = text.split(',').map((part) => providers[Number(part.trim()) - 1]);
      const known = found.filter((one) => one !== undefined);
      return known.length === found.length ? [...new Set(known)] : { problem: `Numbers from 1 to ${providers.length}. Example: 1,3` };
    },
  );
}

async function askYes(terminal: Terminal, question: string, usual: boolean): Promise<boolean> {
  return until(
    () => terminal.ask(`${question} [${usual ? 'Y/n' : 'y/N'}] `),
    terminal,
    (text) => {
      if (text === '') return usual;
      if (/^(y|yes)$/i.test(text)) return true;
      return /^(n|no)$/i.test(text) ? false : { problem: 'y or n.' };
    },
  );
}

interface Question {
  path: string;
  text: SettingText;
  secret: boolean;
}

async function askConnection(terminal: Terminal, provider: ProviderModule): Promise<ConnectionAnswers> {
  terminal.print(`\n${provider.longTitle}`);
  const texts = await provider.loadTexts();
  const questions = Object.entries(provider.variables).flatMap(([variable, path]): Question[] => {
    const text = texts[variable];
    return text?.asked ? [{ path, text, secret: isSecretSetting(provider, path) }] : [];
  });
  const settings: Record<string, string> = {};
  // Settings of one of several logins are asked for together, or not at all.
  const logins = [...Map.groupBy(questions, ({ path }) => (path.includes('.') ? (path.split('.')[0] ?? '') : ''))];
  for (const [login, those] of logins) {
    const names = those.map(({ text }) => text.title).join(', ');
    const isLast = logins.at(-1)?.[0] === login && Object.keys(settings).length === 0;
    if (login !== '' && !isLast && !(await askYes(terminal, `Set up ${login} (${names})?`, true))) continue;
    for (const question of those) {
      const value = await askSetting(terminal, provider, question, settings);
      if (value !== '') settings[question.path] = value;
    }
  }
  const writes = await askYes(terminal, 'May changes run there, each after its approval?', false);
  return { provider: provider.name, settings, writes };
}

async function askSetting(
  terminal: Terminal,
  provider: ProviderModule,
  { path, text, secret }: Question,
  settings: Readonly<Record<string, string>>,
): Promise<string> {
  terminal.print(`  ${text.description}`);
  const question = `${text.title}${text.asked === 'optional' ? ' (may be empty)' : ''}: `;
  return until(
    () => (secret ? terminal.askHidden(question) : terminal.ask(question)),
    terminal,
    (value) => {
      if (value === '') return text.asked === 'optional' ? '' : { problem: 'It is needed.' };
      const problem = settingProblem(provider, path, { ...settings, [path]: value });
      return problem === undefined ? value : { problem: `It ${problem}` };
    },
  );
}

async function askApprover(terminal: Terminal): Promise<Answers['approver']> {
  terminal.print('\nDestructive changes wait for a named person, who approves outside the chat with a PIN.');
  const name = await until(
    () => terminal.ask('Name of that person (empty: nobody yet): '),
    terminal,
    (text) =>
      text === '' || approverName.test(text)
        ? text
        : { problem: 'Letters, digits, dots, dashes, underscores or @, at most 40. Example: maria' },
  );
  if (name === '') return undefined;
  for (;;) {
    const pin = await until(
      () => terminal.askHidden('New PIN, at least 6 characters: '),
      terminal,
      (text) => ([...text].length >= 6 && [...text].length <= 128 ? text : { problem: '6 to 128 characters.' }),
    );
    if ((await terminal.askHidden('Repeat the PIN: ')).trim() === pin) return { name, pin };
    terminal.print('  The two PINs differ.');
  }
}

async function askClient(terminal: Terminal): Promise<Answers['client']> {
  terminal.print(`\nWhich client will use it?\n${hostNames.map((name, i) => `  ${i + 1} ${name}`).join('\n')}`);
  return until(
    () => terminal.ask('Number (empty: show all): '),
    terminal,
    (text) => {
      if (text === '') return undefined;
      return hostNames[Number(text) - 1] ?? { problem: `A number from 1 to ${hostNames.length}.` };
    },
  );
}
