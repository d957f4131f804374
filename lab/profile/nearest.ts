import leven from "leven";

/** Of names that are known the one that was meant: the nearest, at most so many letters away. */
export function nearest(name: string, known: readonly string[], letters: number): string | undefined {
  const [close] = known
    .map((other) => ({ other, distance: leven(other, name) }))
    .sort((a, b) => a.distance - b.distance);
  return close && close.distance <= letters ? close.other : undefined;
}
