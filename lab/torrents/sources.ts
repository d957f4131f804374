import type { BigIntStats } from "node:fs";
import { printable } from "../units.ts";

/** What `sources/` holds, as far as it can be shared. Entries and their files are sorted by the bytes of their names. */
export interface Sources {
  readonly state: "missing" | "empty" | "filled";
  readonly entries: readonly SourceEntry[];
  readonly warnings: readonly SourceWarning[];
  /** Dot entries at the top, which are ignored. */
  readonly ignored: number;
}

/** One file or folder of `sources/`: one torrent. */
export interface SourceEntry {
  readonly name: string;
  readonly shape: "file" | "folder";
  /** Bytes of all its files, never 0. */
  readonly length: number;
  readonly files: readonly SourceFile[];
}

export interface SourceFile {
  /** Names from below `sources/`: the entry's name first. */
  readonly path: readonly string[];
  /** Where it is on disk. */
  readonly location: string;
  readonly version: FileVersion;
}

/** Tells whether a file is still what it was: any write or replacement changes one of these. */
export interface FileVersion {
  readonly size: number;
  /** Nanoseconds, in decimal. */
  readonly modified: string;
  readonly changed: string;
  readonly inode: string;
}

export function versionOf(stats: BigIntStats): FileVersion {
  return {
    size: Number(stats.size),
    modified: String(stats.mtimeNs),
    changed: String(stats.ctimeNs),
    inode: String(stats.ino),
  };
}

export function sameVersion(a: FileVersion, b: FileVersion): boolean {
  return a.size === b.size && a.modified === b.modified && a.changed === b.changed && a.inode === b.inode;
}

/** Something that was left out, or that may surprise; `path` is relative to `sources/`. */
export type SourceWarning =
  | { readonly kind: "unreadable"; readonly path: string; readonly entry: string }
  | { readonly kind: "special"; readonly path: string; readonly what: string }
  | { readonly kind: "link"; readonly path: string; readonly leads: LinkTarget }
  | { readonly kind: "name"; readonly path: string; readonly problem: string }
  | { readonly kind: "empty-folder"; readonly path: string }
  | { readonly kind: "empty-file"; readonly path: string }
  | { readonly kind: "case-clash"; readonly path: string; readonly other: string }
  | { readonly kind: "unportable"; readonly path: string; readonly count: number };

export type LinkTarget = "inside" | "outside" | "nowhere" | "in circles";

/** A warning as a sentence, safe on a terminal. */
export function warningText(warning: SourceWarning): string {
  const path = printable(warning.path);
  switch (warning.kind) {
    case "unreadable": {
      const whole = warning.path === warning.entry ? "" : `, and with it all of ${printable(warning.entry)}`;
      return `${path} cannot be read by this user: left out${whole}`;
    }
    case "special":
      return `${path} is a ${warning.what}, not a file: left out`;
    case "link":
      return `${path} is a link that leads ${linkText[warning.leads]}: left out, links are never followed`;
    case "name":
      return `${path} has a name that ${warning.problem}: left out`;
    case "empty-folder":
      return `${path} is an empty folder, which a torrent cannot hold: left out`;
    case "empty-file":
      return `${path} has no bytes to share: left out`;
    case "case-clash":
      return `${path} and ${printable(warning.other)} are one name where case does not count (Windows, macOS)`;
    case "unportable":
      return `${path} ${warning.count > 1 ? `and ${warning.count - 1} more have names` : "has a name"} that Windows refuses`;
  }
}

const linkText: Record<LinkTarget, string> = {
  inside: "to another place in the sources",
  outside: "out of the sources",
  nowhere: "nowhere",
  "in circles": "in circles",
};
