/** The few ways a call can go wrong, each something a caller acts on. None carries a token, a key or a stack. */

/** Base of all: a message for a person, and what to do next. */
export abstract class CallError extends Error {
  readonly next: string;
  constructor(message: string, next: string) {
    super(message);
    this.name = new.target.name;
    this.next = next;
  }
}

/** The provider said no: its status, its code, its words. */
export class ProviderRefused extends CallError {
  readonly status: number;
  readonly code: string | undefined;
  readonly words: string;
  /** Milliseconds the provider asked us to wait, where it did. */
  readonly retryAfter: number | undefined;
  /** The provider's own trouble, whatever the status: a change may have taken effect all the same. */
  readonly trouble: boolean;
  /** Refused while signing in: the call itself was never sent. */
  signingIn = false;
  constructor(at: {
    connection: string;
    status: number;
    code?: string | undefined;
    words: string;
    retryAfter?: number | undefined;
    trouble?: boolean;
    next?: string;
  }) {
    const said = [at.code, at.words].filter(Boolean).join(': ') || 'no reason given';
    const trouble = at.trouble === true || at.status >= 500;
    super(`${at.connection} refused with HTTP ${at.status}: ${said}`, at.next ?? nextAfter(trouble ? 500 : at.status));
    this.trouble = trouble;
    this.status = at.status;
    this.code = at.code;
    this.words = at.words;
    this.retryAfter = at.retryAfter;
  }
}

/** No answer: `sent` is 'no' when nothing can have arrived, else 'maybe'. */
export class Unreachable extends CallError {
  readonly sent: 'no' | 'maybe';
  readonly why: string;
  constructor(connection: string, why: string, sent: 'no' | 'maybe') {
    super(
      `${connection} did not answer: ${why}`,
      sent === 'no'
        ? 'Nothing was sent. Check the network and the configured address, then try again.'
        : 'Try again for a read; for a change, look at its state first.',
    );
    this.sent = sent;
    this.why = why;
  }
}

/** An answer that our schema does not know: success at the provider, not understood here. */
export class UnknownAnswer extends CallError {
  readonly status: number;
  constructor(connection: string, operation: string, status: number, why: string) {
    super(
      `${connection} answered ${operation} with HTTP ${status} in a form this version does not know: ${why}`,
      'Report it with the operation name; another operation may give the same facts.',
    );
    this.status = status;
  }
}

/** The provider's limit, after as many waits as we allow. */
export class TooManyRequests extends CallError {
  readonly retryAfter: number;
  constructor(connection: string, retryAfter: number) {
    super(
      `${connection} takes no more requests right now`,
      `Come back in ${Math.max(1, Math.ceil(retryAfter / 1000))} s, or ask for less at once.`,
    );
    this.retryAfter = retryAfter;
  }
}

/** Our own no: nothing was sent. */
export class Refusal extends CallError {
  readonly field: string | undefined;
  constructor(message: string, next: string, field?: string) {
    super(message, next);
    this.field = field;
  }
}

function nextAfter(status: number): string {
  if (status === 401 || status === 403) return 'Check the credentials and rights configured for this connection.';
  if (status === 404) return 'Check the identifier; find_device or search_operations shows what exists.';
  if (status === 409) return 'Read the present state and decide again.';
  if (status >= 500) return 'The provider has a problem of its own; try again later.';
  return 'Correct the input and try again; nothing was changed.';
}
