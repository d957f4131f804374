/** An entry of a `Recency`. */
export interface Recent {
  /** Milliseconds, as the caller's clock gave them. */
  seen: number;
  /** Where it stands; none while it is not in the list. */
  line: Line | undefined;
  before: Recent | undefined;
  after: Recent | undefined;
}

/**
 * Entries by when they were last seen, each with the time that it may be silent, as it was told then. Those that may be
 * silent equally long stand in one line, whose first is always the next to expire: no timer an entry, no walk over all of
 * them. There is one line, and some more for a while after that time was changed.
 */
export class Recency<T extends Recent> {
  readonly #lines = new Map<number, Line>();

  /** The entry that has been silent the longest. */
  get first(): T | undefined {
    let first: Recent | undefined;
    for (const line of this.#lines.values())
      if (line.first && (!first || line.first.seen < first.seen)) first = line.first;
    return first as T | undefined;
  }

  /** An entry that has been silent for longer than it may. */
  overdue(now: number): T | undefined {
    for (const { first, patience } of this.#lines.values()) if (first && now - first.seen > patience) return first as T;
    return undefined;
  }

  /** @param patience milliseconds that it may be silent from now on. */
  touch(entry: T, now: number, patience: number): void {
    const line = this.#lines.get(patience) ?? this.#open(patience);
    if (line.last !== entry) {
      this.remove(entry);
      line.append(entry);
    }
    entry.seen = now;
  }

  /** Fine for an entry that is not in the list. */
  remove(entry: T): void {
    const { line } = entry;
    line?.remove(entry);
    if (line && !line.first) this.#lines.delete(line.patience);
  }

  #open(patience: number): Line {
    const line = new Line(patience);
    this.#lines.set(patience, line);
    return line;
  }
}

/** Entries in the order in which they were last seen. */
class Line {
  readonly patience: number;
  first: Recent | undefined;
  last: Recent | undefined;

  constructor(patience: number) {
    this.patience = patience;
  }

  append(entry: Recent): void {
    entry.line = this;
    entry.before = this.last;
    if (this.last) this.last.after = entry;
    else this.first = entry;
    this.last = entry;
  }

  remove(entry: Recent): void {
    if (entry.before) entry.before.after = entry.after;
    else this.first = entry.after;
    if (entry.after) entry.after.before = entry.before;
    else this.last = entry.before;
    entry.line = undefined;
    entry.before = undefined;
    entry.after = undefined;
  }
}
