/** The members of an object whose value may be undefined, as members that may be absent. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without its members that are undefined, in the same order. */
export function defined<T extends object>(members: T): Defined<T> {
  // Only members whose type includes undefined are dropped, as `Defined` says.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>;
}
