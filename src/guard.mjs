#!/usr/bin/env node
// Old syntax on purpose: an ESM import of the program would be hoisted above this check.
const version = process.versions.node.split('.');
const major = Number(version[0]);
const minor = Number(version[1]);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `iot-ops-mcp needs Node >= 22.19, this is ${process.version}. Install a newer Node, or point the MCP client at one.\n`,
  );
  process.exit(1);
}
// Node 22 calls node:sqlite experimental on stderr; an operator can do nothing with that.
const warn = process.emitWarning;
process.emitWarning = (warning, ...rest) => {
  if (!String(warning).includes('SQLite is an experimental')) warn.call(process, warning, ...rest);
};
import('./fast-start.mjs').catch((error) => {
  process.stderr.write(`${error}\n`);
  process.exitCode = 1;
});
