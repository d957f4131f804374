/**
 * Records whose keys come from outside. `record["__proto__"]` must be an entry like any other, never the prototype, so
 * that a journal or a peer cannot reach into the objects of the program.
 */
export type Dictionary<T> = Record<string, T>;

/**
 * The entry of `key`, or `undefined`. All that is inherited is functions and the prototype itself: only these have to be
 * told apart from entries, which are neither.
 */
export function lookup<T>(record: Dictionary<T>, key: string): T | undefined {
  const found: unknown = record[key];
  if ((typeof found === "function" || found === Object.prototype) && !Object.hasOwn(record, key)) return undefined;
  return found as T | undefined;
}

/** The entry of `key`; made by `make` when it is missing. */
export function entry<T>(record: Dictionary<T>, key: string, make: () => T): T {
  const known = lookup(record, key);
  if (known !== undefined) return known;
  const made = make();
  put(record, key, made);
  return made;
}

/** An assignment makes an own entry of every key but `__proto__`, at a fraction of the cost. */
export function put<T>(record: Dictionary<T>, key: string, value: T): void {
  if (key !== "__proto__") record[key] = value;
  else Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}
