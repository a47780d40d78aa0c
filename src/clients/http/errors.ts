/** Errors of provider calls. Tools return the class name as `error.kind`; no message contains a token or a key. */

/** Base class: `message` says what went wrong, `next` what to do about it. */
export abstract class CallError extends Error {
  next: string;
  constructor(message: string, next: string) {
    super(message);
    this.name = new.target.name;
    this.next = next;
  }

  /** Passes every text of the error through `hide`, which replaces secrets; before anything shortens or stores them. */
  hideSecrets(hide: (text: string) => string): void {
    this.message = hide(this.message);
    this.next = hide(this.next);
  }
}

/** Fields of a `ProviderRefused` error. */
export interface ProviderRefusedInit {
  connection: string;
  status: number;
  code?: string | undefined;
  message: string;
  /** In ms. */
  retryAfter?: number | undefined;
  providerFault?: boolean;
  /** The body has the form of the API's own errors, see ProviderAdapter. */
  fromApi?: boolean;
  next?: string;
}

/** The provider returned an error status. */
export class ProviderRefused extends CallError {
  readonly status: number;
  code: string | undefined;
  providerMessage: string;
  /** `Retry-After` of the response in ms, if present. */
  readonly retryAfter: number | undefined;
  /** The error is internal to the provider, whatever the status: a change may have taken effect. */
  readonly providerFault: boolean;
  /** The status does not tell whether the request was processed: a redirect, or a proxy that gave up waiting. */
  readonly mayHaveArrived: boolean;
  /** The error occurred while signing in: the call itself was not sent. */
  duringSignIn = false;
  /** The API itself answered that the object does not exist. A 404 without the API's own error form says nothing about the object. */
  readonly objectMissing: boolean;
  constructor(at: ProviderRefusedInit) {
    const details = [at.code, at.message].filter(Boolean).join(': ') || 'no reason given';
    const isInternal = at.providerFault === true || at.status >= 500;
    super(
      `${at.connection} ${isRedirect(at.status) ? 'redirects' : 'refused'} with HTTP ${at.status}: ${details}`,
      at.next ?? (at.status === 404 && !at.fromApi ? notFromApi : nextStep(isInternal ? 500 : at.status)),
    );
    this.objectMissing = at.status === 404 && at.fromApi === true;
    this.mayHaveArrived = isInternal || isRedirect(at.status) || undecidedStatuses.has(at.status);
    this.providerFault = isInternal;
    this.status = at.status;
    this.code = at.code;
    this.providerMessage = at.message;
    this.retryAfter = at.retryAfter;
  }

  override hideSecrets(hide: (text: string) => string): void {
    super.hideSecrets(hide);
    this.code = this.code && hide(this.code);
    this.providerMessage = hide(this.providerMessage);
  }
}

const notFromApi =
  'This 404 does not come from the API: check the url configured for this connection, and any proxy. Whether the object exists is unknown.';

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

// Request timeout, too early, client closed request: a proxy answers, and the provider may have got the request.
const undecidedStatuses = new Set([408, 425, 499]);

/** No response was received. `sent` is 'no' if the request cannot have reached the provider, else 'maybe'. */
export class Unreachable extends CallError {
  readonly sent: 'no' | 'maybe';
  reason: string;
  /** Repeating the request at once cannot help. */
  readonly lasting: boolean;
  constructor(connection: string, why: string, sent: 'no' | 'maybe', more: { lasting?: boolean; next?: string } = {}) {
    super(
      `${connection} did not answer: ${why}`,
      more.next ??
        (sent === 'no'
          ? 'Nothing was sent. Check the network and the configured address, then try again.'
          : 'Retry a read. For a change, read the current state first.'),
    );
    this.sent = sent;
    this.lasting = more.lasting ?? false;
    this.reason = why;
  }

  override hideSecrets(hide: (text: string) => string): void {
    super.hideSecrets(hide);
    this.reason = hide(this.reason);
  }
}

/** A success response that does not match the reply schema. */
export class UnknownAnswer extends CallError {
  readonly status: number;
  constructor(
    connection: string,
    operation: string,
    status: number,
    why: string,
    next = 'Report it with the operation name; another operation may return the same data.',
  ) {
    super(`${connection} answered ${operation} with HTTP ${status}, but the response is not understood: ${why}`, next);
    this.status = status;
  }
}

/** The provider's rate limit still applied after the maximum number of retries, or requires too long a wait. `retryAfter` is in ms. */
export class TooManyRequests extends CallError {
  readonly retryAfter: number;
  constructor(connection: string, retryAfter: number) {
    super(`${connection} is rate limited`, `Retry in ${Math.max(1, Math.ceil(retryAfter / 1000))} s, or request less data at once.`);
    this.retryAfter = retryAfter;
  }
}

/** What a read tried until the deadline of its tool call. */
export interface OutOfTimeInit {
  connection: string;
  operation: string;
  seconds: number;
  attempts: number;
  /** What the last attempt ran into. */
  trouble: string | undefined;
}

/** A read did not end within the time of its tool call. */
export class OutOfTime extends CallError {
  constructor({ connection, operation, seconds, attempts, trouble }: OutOfTimeInit) {
    const tried = attempts === 0 ? 'not sent' : attempts === 1 ? 'sent once' : `sent ${attempts} times`;
    super(
      `${connection} did not answer ${operation} in the time of this call: ${seconds} s, ${tried}${trouble ? `, last: ${trouble}` : ''}`,
      'Try again later, or ask for less at once: one connection, a filter, a shorter period.',
    );
  }
}

/** The request was rejected before anything was sent, for example because a field is invalid. */
export class Refusal extends CallError {
  readonly field: string | undefined;
  /** Where the value of `field` is the same name as an existing one in another form (case, NFD, blanks): the existing one. */
  readonly stored: string | undefined;
  constructor(message: string, next: string, field?: string, stored?: string) {
    super(message, next);
    this.field = field;
    this.stored = stored;
  }
}

function nextStep(status: number): string {
  if (isRedirect(status))
    return 'Redirects are not followed: check the url configured for this connection. After a change, read the state first.';
  if (undecidedStatuses.has(status)) return 'Retry a read. For a change, read the current state first.';
  if (status === 401 || status === 403) return 'Check the credentials and rights configured for this connection.';
  if (status === 404) return 'Check the identifier; find_device or search_operations shows what exists.';
  if (status === 409) return 'Read the current state and decide again.';
  if (status >= 500) return 'The provider reported an internal error; try again later.';
  return 'Correct the input and try again; nothing was changed.';
}
