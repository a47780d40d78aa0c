/** A connection that could not be read, stated beside the others' rows. */
export interface ConnectionFailure {
  connection: string;
  error: string;
  next?: string;
}

/** A connection's error as a row of the answer, with the error's next step where it has one. */
export function failureOf(connection: string, error: unknown): ConnectionFailure {
  const next = error instanceof Error && 'next' in error && typeof error.next === 'string' ? error.next : undefined;
  return { connection, error: error instanceof Error ? error.message : 'failed', ...(next ? { next } : {}) };
}
