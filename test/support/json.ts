/** A parsed answer: what JSON.parse gives. A story looks into it member by member, and states what it expects of each. */
export type Json = ReturnType<typeof JSON.parse>;
