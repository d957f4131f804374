/** Adds to a list that keeps its newest `limit` entries; cuts rarely, so that adding stays cheap. */
export function keep<T>(list: T[], entry: T, limit: number): void {
  list.push(entry);
  if (list.length > limit * 1.25) list.splice(0, list.length - limit);
}
