/** What `iot-ops-mcp doctor` can find. docs/doctor.md is printed from `findingKinds`. */

export type Severity = 'error' | 'warning';

interface FindingKind {
  severity: Severity;
  /** What it means, for docs/doctor.md. */
  means: string;
  /** What usually helps, for docs/doctor.md; a finding names the file, setting or command itself. */
  helps: string;
}

const kinds = {
  'node-too-old': { severity: 'error', means: 'The program needs a newer Node.', helps: 'Install one, or point the client at it.' },
  'tls-unchecked': {
    severity: 'error',
    means: '`NODE_TLS_REJECT_UNAUTHORIZED=0`: anyone on the way can read the credentials.',
    helps: 'Unset it; trust a private authority with `NODE_EXTRA_CA_CERTS`.',
  },
  'config-missing': { severity: 'error', means: 'A named file does not exist.', helps: 'Correct its path, or `iot-ops-mcp init`.' },
  'config-not-json': { severity: 'error', means: 'A file is not JSON.', helps: 'Correct the place that is named.' },
  'setting-unknown': {
    severity: 'error',
    means: 'A setting or variable does not exist.',
    helps: 'Take the nearest name, which is given.',
  },
  'setting-invalid': { severity: 'error', means: 'A setting is missing or has a wrong value.', helps: 'Follow the rule and example.' },
  'secret-missing': {
    severity: 'error',
    means: 'The variable or file of a secret is not set, empty or unreadable.',
    helps: 'Set the variable in the environment of the server, or write the file.',
  },
  'file-open': { severity: 'warning', means: 'Others on this machine can read a file with secrets.', helps: '`chmod 600` it.' },
  'file-writable': {
    severity: 'warning',
    means: 'Others on this machine can change configuration, policy or approvers.',
    helps: '`chmod go-w` it.',
  },
  'host-unknown': { severity: 'error', means: 'The host of a provider has no DNS entry.', helps: 'Correct the address, or DNS.' },
  unreachable: { severity: 'error', means: 'Nothing answers at the address of a provider.', helps: 'Check address, firewall and proxy.' },
  'tls-failed': {
    severity: 'error',
    means: 'No TLS connection to a provider, or its certificate is not accepted.',
    helps: 'Correct the address; trust a private authority with `NODE_EXTRA_CA_CERTS`.',
  },
  'credentials-refused': { severity: 'error', means: 'A provider refused the login.', helps: 'Correct the credentials that are named.' },
  'login-locked': {
    severity: 'error',
    means: 'Logins were stopped after a refused one, before the carrier locks the user.',
    helps: 'Correct the credentials, then `iot-ops-mcp unlock <connection>`.',
  },
  'rights-missing': {
    severity: 'error',
    means: 'The login is accepted, but may not read what every account needs.',
    helps: 'Let an administrator of the provider grant the right.',
  },
  'address-wrong': {
    severity: 'error',
    means: 'Something answers at the address, but not the API of the provider.',
    helps: 'Correct the address that is named.',
  },
  'read-refused': { severity: 'error', means: 'A provider refused a harmless read.', helps: 'Correct the setting that the read uses.' },
  'provider-trouble': {
    severity: 'warning',
    means: 'A provider reports an internal error, or too many requests.',
    helps: 'Try again later.',
  },
  'clock-off': {
    severity: 'error',
    means: 'The clock of this machine is more than a minute off: codes of approvers and tokens fail, and the record has wrong times.',
    helps: 'Turn on time synchronisation.',
  },
  'state-open': {
    severity: 'error',
    means: 'Others can write the state directory, and so approve or hide changes, or it belongs to somebody else.',
    helps: '`chmod 700` it, or give it back to the user of the server.',
  },
  'state-readable': { severity: 'warning', means: 'Others can read a file of the state directory.', helps: '`chmod 600` it.' },
  'state-read-only': {
    severity: 'error',
    means: 'The state directory cannot be written, so no change can be recorded and none is sent.',
    helps: 'Give the user of the server the right to write, or name another directory.',
  },
  'disk-full': { severity: 'error', means: 'No space for another change.', helps: 'Free space on the disk of the state directory.' },
  'store-locked': {
    severity: 'error',
    means: 'Another program holds the store.',
    helps: 'End it: a backup, a copy or an SQL shell.',
  },
  'store-damaged': { severity: 'error', means: 'The file of the store is damaged.', helps: 'Restore it from a backup.' },
  'store-newer': {
    severity: 'error',
    means: 'A newer version of this program wrote the store.',
    helps: 'Update this program, or restore the backup from before.',
  },
  'record-broken': {
    severity: 'error',
    means: 'A line of the record was changed or is missing.',
    helps: 'Find out who wrote to the file; restore a backup.',
  },
  'record-lost': {
    severity: 'error',
    means: 'The record was deleted or replaced beside its key.',
    helps: 'Restore `changes.db` from a backup.',
  },
  'store-unreachable': {
    severity: 'error',
    means: 'The database of the store cannot be used.',
    helps: 'As the message of the database says.',
  },
  'changes-stopped': { severity: 'warning', means: 'The kill switch is set.', helps: '`iot-ops-mcp go`.' },
  'policy-unreadable': {
    severity: 'error',
    means: 'The policy cannot be read, so every change is denied.',
    helps: 'Correct the place that is named; `iot-ops-mcp policy check` shows all.',
  },
  'policy-doubtful': { severity: 'warning', means: 'A rule probably does not mean what it says.', helps: 'As the message says.' },
  'approver-proof': {
    severity: 'error',
    means: 'An approver has no valid name, PIN or authenticator secret.',
    helps: '`iot-ops-mcp approver <name>` prints the line.',
  },
  'approvers-few': {
    severity: 'warning',
    means: 'Changes that the policy lets named people approve wait for nobody, or for too few.',
    helps: 'Name more with `iot-ops-mcp approver <name>`.',
  },
  'port-taken': { severity: 'error', means: 'Another program uses the port.', helps: 'Name another with `--port`, or end it.' },
  'port-refused': {
    severity: 'error',
    means: 'The address or port may not be used.',
    helps: 'Correct `http.host`, or take a port above 1023.',
  },
  'tokens-missing': { severity: 'error', means: 'Over HTTP this configuration needs caller tokens.', helps: 'Set `callers`.' },
  'public-url-unreachable': {
    severity: 'error',
    means: 'The public address does not lead to this server.',
    helps: 'Correct the proxy or `http.publicUrl`.',
  },
  'callback-unreachable': {
    severity: 'error',
    means: 'Nothing answers where the provider delivers callbacks, as seen from this machine.',
    helps: 'Correct the proxy, or register the right address.',
  },
  'callback-misdirected': {
    severity: 'error',
    means: 'Callbacks are delivered to another path, host name or server.',
    helps: 'Register `<public address>/callbacks/<connection>`.',
  },
  'callback-not-registered': {
    severity: 'warning',
    means: 'A listener is configured, but the provider delivers to none.',
    helps: 'Register it with the tool `change_operation`.',
  },
} as const satisfies Record<string, FindingKind>;

export type FindingCode = keyof typeof kinds;

/** Every code with its meaning. */
export const findingKinds: Readonly<Record<FindingCode, FindingKind>> = kinds;

/** One problem, with what to do about it. */
export interface Finding {
  code: FindingCode;
  severity: Severity;
  /** What it is about: a file, a connection, a port. */
  at: string;
  seen: string;
  /** The next command or setting. */
  fix: string;
}

export function finding(code: FindingCode, at: string, seen: string, fix: string): Finding {
  return { code, severity: kinds[code].severity, at, seen, fix };
}

/** What a check saw that is in order. */
export interface Fact {
  at: string;
  seen: string;
}

/** What one check found. */
export interface Checked {
  facts: Fact[];
  findings: Finding[];
}

export const together = (parts: readonly Checked[]): Checked => ({
  facts: parts.flatMap(({ facts }) => facts),
  findings: parts.flatMap(({ findings }) => findings),
});
