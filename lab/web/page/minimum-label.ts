/** What the bound is called. @param torrents that share their peers' limits: only together do they have a bound. */
export function minimumLabel(torrents: number): string {
  return torrents > 1 ? `theoretical minimum of ${torrents} torrents` : "theoretical minimum";
}
