/** So many of something in a stretch of time. */
export interface Budget {
  /** Takes `amount` from what is left; `false` when nothing was left. */
  spend(amount: number): boolean;
  /** Milliseconds until there is some again. */
  wait(): number;
}

export function budget(amount: number, seconds: number, now = () => performance.now()): Budget {
  let left = amount;
  let start = now();
  return {
    spend(wanted) {
      if (now() - start >= seconds * 1000) {
        start = now();
        left = amount;
      }
      const allowed = left > 0;
      left -= wanted;
      return allowed;
    },
    wait: () => (left > 0 ? 0 : Math.max(0, start + seconds * 1000 - now())),
  };
}
