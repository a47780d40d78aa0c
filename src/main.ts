/** The executable: a table of commands. Each command is a file, loaded when it is called. */
import { Command, Option } from 'commander';
import {
  asOption,
  clockOption,
  configOption,
  fleetOption,
  parseHeadHash,
  parseInstant,
  parsePort,
  policyOption,
  portOption,
  seedOption,
  withServerOptions,
  withStateOptions,
} from './commands/options.ts';
import { print } from './commands/print.ts';
import { log } from './commands/process-log.ts';
import { version } from './tool-surface.ts';

const program = new Command('iot-ops-mcp')
  .description('An MCP server for IoT fleets on ThingPark, ThingSpace and iot-x. Without configuration it runs on its embedded sandbox.')
  .version(version)
  .allowExcessArguments(false)
  .configureOutput({ writeOut: print, writeErr: (text) => log.error(text.replace(/\n$/, '')) });

withServerOptions(program.command('stdio', { isDefault: true }))
  .description('serve MCP over stdin and stdout')
  .addOption(new Option('--console [port]', 'also open the web console on this machine; any free port unless said').argParser(parsePort))
  .action(async (options) => (await import('./commands/stdio.ts')).stdio(options));
withServerOptions(program.command('http'))
  .description('serve MCP over Streamable HTTP')
  .addOption(portOption(8383))
  .addOption(new Option('--host <address>', 'address to bind; loopback unless said'))
  .action(async (options) => (await import('./commands/http.ts')).http(options));
program
  .command('sandbox')
  .description('serve the sandbox of all three providers under their real paths')
  .addOption(portOption(8484))
  .addOption(fleetOption())
  .addOption(seedOption())
  .addOption(clockOption())
  .action(async (options) => (await import('./commands/sandbox.ts')).sandbox(options));
withServerOptions(program.command('tools'))
  .description('print the tool surface')
  .action(async (options) => (await import('./commands/tools.ts')).printTools(options));
program
  .command('init')
  .description('ask for accounts, write a configuration with its secrets in files of their own, try it, print what the client needs')
  .addOption(new Option('--dir <folder>', 'where the configuration is written'))
  .addOption(new Option('--answers <file>', 'JSON with the answers, - for stdin; asked at the terminal when absent'))
  .addOption(new Option('--force', 'replace a configuration that is there'))
  .addOption(new Option('--state <dir>', 'the state directory of the server'))
  .action(async (options) => (await import('./commands/init.ts')).init(options));
withStateOptions(program.command('doctor'))
  .description('check configuration, credentials, clock, state, policy and addresses; print each problem with its fix')
  .addOption(policyOption())
  .addOption(new Option('--port <n>', 'also check this port, and what serving over HTTP needs').argParser(parsePort))
  .addOption(new Option('--host <address>', 'address that the server would bind'))
  .addOption(new Option('--json', 'print JSON'))
  .action(async (options) => (await import('./commands/doctor.ts')).doctor(options));
program
  .command('unlock <connection>')
  .description('allow a ThingSpace connection to log in again after a refused login')
  .addOption(configOption())
  .action(async (name, options) => (await import('./commands/unlock.ts')).unlock(name, options));

withStateOptions(program.command('stop [why...]'))
  .description('kill switch: stop all changes of every server that uses the state directory')
  .action(async (why, options) => (await import('./commands/kill-switch.ts')).pauseChanges(why, options));
withStateOptions(program.command('go'))
  .description('allow changes again after stop')
  .action(async (options) => (await import('./commands/kill-switch.ts')).resumeChanges(options));

const policy = program.command('policy').description('the rules for changes');
policy
  .command('check [file]')
  .description('print the policy in words; if it cannot be read, print all problems and exit with 1')
  .addOption(configOption())
  .addOption(policyOption())
  .action(async (file, options) => (await import('./commands/policy.ts')).policyCheck(file, options));
withServerOptions(policy.command('test <tool> <input>'))
  .description('print the policy decision for a tool call, which is planned but never sent')
  .addOption(new Option('--caller <name>', 'who would ask').default('local'))
  .addOption(new Option('--at <ISO>', 'when it would be asked; now unless said').argParser(parseInstant))
  .action(async (tool, input, options) => (await import('./commands/policy.ts')).policyTest(tool, input, options));

withStateOptions(program.command('approvals'))
  .description('list the changes that wait for approvers')
  .action(async (options) => (await import('./commands/approvals.ts')).approvals(options));
withStateOptions(program.command('approve <id>').addOption(asOption()))
  .description('show a waiting change, ask for your PIN or code at the terminal, approve it')
  .action(async (id, options) => (await import('./commands/approvals.ts')).approve(id, options));
withStateOptions(
  program.command('reject <id>').addOption(new Option('--why <reason>', 'reason, shown to the caller')).addOption(asOption()),
)
  .description('show a waiting change, ask for your PIN or code at the terminal, reject it: nothing is sent')
  .action(async (id, options) => (await import('./commands/approvals.ts')).reject(id, options));
program
  .command('approver <name>')
  .description('create an approver: ask for a PIN and print the line for the configuration')
  .addOption(new Option('--totp', 'print a new secret for an authenticator app instead'))
  .action(async (name, options) => (await import('./commands/approver.ts')).approver(name, options));
withStateOptions(program.command('console'))
  .description('print a new one-time link to the console of each server that uses the state directory')
  .action(async (options) => (await import('./commands/console-link.ts')).consoleLink(options));

const audit = program.command('audit').description('the audit log of every change in the state directory');
withStateOptions(
  audit
    .command('verify')
    .addOption(new Option('--head <hash>', 'a head noted earlier, which must still be in it').argParser(parseHeadHash))
    .addOption(new Option('--heads <file>', 'heads that the servers noted (headsFile), which must all be in it')),
)
  .description('verify its chain of hashes from the first line and print the head')
  .action(async (options) => (await import('./commands/audit.ts')).auditVerify(options));
withStateOptions(
  audit
    .command('export')
    .addOption(new Option('--format <format>', 'JSON Lines, or CSV with a line per target').choices(['jsonl', 'csv']).default('jsonl')),
)
  .description('print the audit log')
  .action(async (options) => (await import('./commands/audit.ts')).auditExport(options));

const store = program.command('store').description('what the servers keep: changes, record, budgets');
withStateOptions(store.command('check'))
  .description('count the changes and verify the record; exit with 1 if it is broken')
  .action(async (options) => (await import('./commands/store.ts')).storeCheck(options));
withStateOptions(store.command('backup <file>'))
  .description('write a copy of the store in the state directory, as of one moment, to a new file')
  .action(async (file, options) => (await import('./commands/store.ts')).storeBackup(file, options));
withStateOptions(
  store
    .command('copy')
    .addOption(new Option('--to <place>', 'an empty state directory, or the URL of an empty PostgreSQL database').makeOptionMandatory()),
)
  .description('copy everything to another place while no server runs; the record is verified on both sides')
  .action(async (options) => (await import('./commands/store.ts')).storeCopy(options));

try {
  await program.parseAsync();
} catch (error) {
  log.error(`iot-ops-mcp: ${(await import('./commands/error-text.ts')).errorText(error)}`);
  process.exitCode = 1;
}
