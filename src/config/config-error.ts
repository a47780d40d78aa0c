/** What is wrong, coarsely, so that `doctor` can say what to do about it. */
export type ConfigProblemKind = 'setting' | 'unknown' | 'file-missing' | 'not-json' | 'secret-missing' | 'approver';

export interface ConfigProblem {
  kind: ConfigProblemKind;
  /** One line for the operator. */
  message: string;
}

/** A problem of the configuration, as one line for the operator, or several problems, one line each. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];
  constructor(what: string | readonly ConfigProblem[], kind: ConfigProblemKind = 'setting') {
    const problems = typeof what === 'string' ? [{ kind, message: what }] : what;
    super(problems.map(({ message }) => message).join('\n'));
    this.problems = problems;
  }
}
