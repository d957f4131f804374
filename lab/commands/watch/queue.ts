/** Values that one side pushes and the other awaits, in order. */
export interface Queue<T> extends AsyncIterable<T> {
  push(value: T): void;
  /** Ends the iteration after what was pushed, with an error if one is given. */
  end(error?: unknown): void;
}

export function queue<T>(): Queue<T> {
  const values: T[] = [];
  let ended: { error?: unknown } | undefined;
  let wake = Promise.withResolvers<void>();

  function stir(): void {
    wake.resolve();
    wake = Promise.withResolvers();
  }

  return {
    push(value) {
      values.push(value);
      stir();
    },
    end(error) {
      ended = error === undefined ? {} : { error };
      stir();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const next = wake.promise;
        while (values.length > 0) yield values.shift() as T;
        if (ended?.error !== undefined) throw ended.error;
        if (ended) return;
        await next;
      }
    },
  };
}
