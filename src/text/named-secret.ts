/** Secrets that the operator's secrets file names, and what each may be used for. */

/** Where a named secret may go. */
export interface BoundSecret {
  value: string;
  /** Operation ids; `*` stands for any characters: `provider.noun.*`. */
  operations: readonly string[];
  /** The field of the operation's input, without positions in lists: `body.configuration.password`. */
  field: string;
  /** The hosts that the request may name beside it, each with or without a port. None: a request that names a host is refused. */
  hosts: readonly string[];
}

/** A text is a secret without a binding: it is accepted as a key of a device and as a device import file, and nowhere else. */
export type NamedSecret = string | BoundSecret;

export type Secrets = ReadonlyMap<string, NamedSecret>;

/** A named secret that an input has used. */
export interface UsedSecret {
  name: string;
  secret: NamedSecret;
}

export const valueOfSecret = (secret: NamedSecret): string => (typeof secret === 'string' ? secret : secret.value);
