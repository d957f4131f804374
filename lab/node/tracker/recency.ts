/** An entry of a `Recency` list. */
export interface Recent {
  /** Milliseconds, as the caller's clock gave them. */
  seen: number;
  before: Recent | undefined;
  after: Recent | undefined;
}

/**
 * Entries in the order in which they were last seen. Every entry lives equally long, so the first one is always the next
 * to expire: no timer an entry, no walk over all of them.
 */
export class Recency<T extends Recent> {
  #first: Recent | undefined;
  #last: Recent | undefined;

  /** The entry that has been silent the longest. */
  get first(): T | undefined {
    return this.#first as T | undefined;
  }

  touch(entry: T, now: number): void {
    if (this.#last !== entry) {
      this.remove(entry);
      entry.before = this.#last;
      if (this.#last) this.#last.after = entry;
      else this.#first = entry;
      this.#last = entry;
    }
    entry.seen = now;
  }

  /** Fine for an entry that is not in the list. */
  remove(entry: T): void {
    if (entry.before) entry.before.after = entry.after;
    else if (this.#first === entry) this.#first = entry.after;
    if (entry.after) entry.after.before = entry.before;
    else if (this.#last === entry) this.#last = entry.before;
    entry.before = undefined;
    entry.after = undefined;
  }
}
