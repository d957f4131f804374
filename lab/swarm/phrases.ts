export function because(reason: string | undefined): string {
  return reason === undefined ? "" : `: ${reason}`;
}

export function be(names: readonly string[]): string {
  return names.length === 1 ? "is" : "are";
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** `a, b and c`. */
export function list(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
