import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";

/** A file of the page, in memory: they are few, and what is not in this table cannot be asked for. */
export interface PageFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzip: Buffer;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** All files of the built page, by their path from `/`. */
export function readPage(folder: string): Map<string, PageFile> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const plain = readFileSync(file);
      const type = types[extname(file)] ?? "application/octet-stream";
      return [`/${relative(folder, file).split(sep).join("/")}`, { type, plain, gzip: gzipSync(plain, { level: 9 }) }];
    }),
  );
}
