/** Shortest times between two paintings, in milliseconds. */
export interface Pace {
  readonly news: number;
  readonly key: number;
}

/** Four pictures a second for news, ten for keys; a room sees two, for eyes must follow. */
export const paces = {
  screen: { news: 250, key: 100 },
  projector: { news: 500, key: 100 },
  /** A screen reader reads out whole sentences. */
  reader: { news: 5000, key: 500 },
} as const satisfies Record<string, Pace>;

export interface Painter extends Disposable {
  /** Paints soon: at once when the last painting is long enough ago. */
  request(reason: keyof Pace): void;
}

/** Gathers reasons to paint, so that a flood of news costs no more than the eye can see. */
export function createPainter(paint: () => void, pace: Pace): Painter {
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let paintedAt = Number.NEGATIVE_INFINITY;

  function fire(): void {
    timer = undefined;
    dueAt = Number.POSITIVE_INFINITY;
    paintedAt = performance.now();
    paint();
  }

  return {
    request(reason) {
      const due = Math.max(performance.now(), paintedAt + pace[reason]);
      if (due >= dueAt) return;
      clearTimeout(timer);
      dueAt = due;
      timer = setTimeout(fire, Math.max(0, due - performance.now()));
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      dueAt = Number.NEGATIVE_INFINITY;
    },
  };
}
