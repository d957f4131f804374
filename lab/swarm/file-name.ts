/** A file system's limit for one name; a longer one could never be downloaded. */
const MAX_NAME_BYTES = 255;
/** Leaves room under Linux's 4,096 for the folder that downloads go to. */
export const maxPathBytes = 3072;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Text of UTF-8 bytes, byte order marks kept; `undefined` when they are something else. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** UTF-8 length in bytes. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/**
 * Why a text may not be the name of a file or folder in a torrent; `undefined` when it may. Any UTF-8 is fine except
 * what would leave the folder that it is put in, or what no file system holds.
 */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name === "." || name === "..") return `is "${name}", which leads elsewhere`;
  if (name.includes("/")) return "has a / in it";
  if (name.includes("\0")) return "has a NUL in it";
  if (byteLength(name) > MAX_NAME_BYTES) return `is longer than ${MAX_NAME_BYTES} bytes`;
  return undefined;
}
