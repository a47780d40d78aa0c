/** docs/doctor.md: what the doctor checks, and its codes. */
import { type FindingCode, findingKinds } from '../src/doctor/finding.ts';

const intro = `# Doctor

\`iot-ops-mcp doctor\` checks an installation with the configuration that a server would use: the same \`--config\`, \`--state\`, \`--store\`, \`--policy\` and environment variables. It prints what is in order, then each problem with the next
command or setting. With an error it exits with 1, with warnings only with 0. \`--json\` prints the same for programs: \`facts\`, and \`findings\` with \`code\`, \`severity\`, \`at\`, \`seen\` and \`fix\`. No secret is printed.

Printed by \`npm run docs\`; do not edit.

## What is checked

| | how |
| --- | --- |
| configuration | read as a server reads it; who else may read its secrets or change it |
| accounts | one login and a few reads for each connection: devices, orders, the account. What an account may not read is told. Whether it may change something cannot be tried without changing something |
| clock | against the \`Date\` of what the providers answer |
| state | rights on the state directory, space, the store and its record, the kill switch |
| policy and approvers | as \`iot-ops-mcp policy check\`, and whether enough people are left to approve |
| HTTP | with \`--port\`, or where the configuration has callers, callbacks or a public URL: caller tokens, the port, and whether the public URL and the addresses registered for callbacks lead here |

Nothing is changed: no provider is sent anything but a login and reads, the store is not brought up to date, no mode is corrected. A refused ThingSpace login is not repeated, in any process, until it is
[unlocked](configuration.md#connections). Callbacks that arrive while the doctor holds the port are answered 503, so that the carrier repeats them.

## Codes
`;

/** The page as Markdown. */
export function doctorPage(): string {
  const rows = (Object.keys(findingKinds) as FindingCode[]).map((code) => {
    const { severity, means, helps } = findingKinds[code];
    return `| \`${code}\` | ${severity} | ${means} | ${helps} |`;
  });
  return [intro, '| code | | what it means | what helps |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}
