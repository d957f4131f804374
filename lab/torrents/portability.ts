import type { SourceEntry, SourceWarning } from "./sources.ts";

/** Names that become one where a file system ignores case or the form of accents: among entries, and inside each. */
export function clashes(entries: readonly SourceEntry[]): SourceWarning[] {
  const names = entries.map((entry) => entry.name);
  const paths = entries.flatMap((entry) => entry.files.map((file) => file.path.join("/")));
  return [...clashesOf(names), ...clashesOf(paths.filter((path) => path.includes("/")))];
}

/** One warning an entry that has names which Windows refuses. */
export function unportable(entries: readonly SourceEntry[]): SourceWarning[] {
  return entries.flatMap((entry) => {
    const odd = entry.files.filter((file) => file.path.some(isUnportable));
    return odd[0] ? [{ kind: "unportable", path: odd[0].path.join("/"), count: odd.length }] : [];
  });
}

function clashesOf(paths: readonly string[]): SourceWarning[] {
  const seen = new Map<string, string>();
  return paths.flatMap((path) => {
    const folded = path.normalize("NFC").toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) return [{ kind: "case-clash", path, other } as const];
    seen.set(folded, path);
    return [];
  });
}

function isUnportable(name: string): boolean {
  return /[<>:"|?*\\\u0000-\u001f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name);
}
