import { createHash } from "node:crypto";
import { printable } from "../units.ts";
import { type BencodeDictionary, BencodeError, type BencodeValue, decodePrefix, rawValue } from "./bencode.ts";
import { byteLength, maxPathBytes, textOf } from "./file-name.ts";
import {
  bytesAt,
  dictionaryAt,
  integerAt,
  nameFrom,
  Refusal,
  refuse,
  sizeAt,
  textAt,
  textFrom,
} from "./metainfo-fields.ts";
import { metainfoLimits } from "./metainfo-limits.ts";

/**
 * Metainfo files (.torrent, BEP 3), judged strictly. What is odd but valid passes: keys out of order, pad files
 * (BEP 47), web seeds, DHT nodes, the v1 part of a hybrid (BEP 52). Foreign trackers are reported, web seeds and nodes
 * are ignored.
 */
export interface Metainfo {
  /** SHA-1 of the info dictionary's bytes as they are in the file, 40 hex digits. */
  readonly infoHash: string;
  readonly name: string;
  /** Bytes of all files together. */
  readonly length: number;
  readonly pieceLength: number;
  readonly pieceCount: number;
  /** SHA-1 of each piece, 20 bytes each. */
  readonly pieces: Uint8Array;
  /** One file named as the torrent itself, or files below a folder of that name. */
  readonly shape: "file" | "folder";
  /** In the order of their bytes in the torrent. */
  readonly files: readonly MetainfoFile[];
  /** Peers may come from the torrent's tracker only (BEP 27). */
  readonly private: boolean;
  /** Every tracker named, in order, without doubles (BEP 3, BEP 12). */
  readonly announce: readonly string[];
}

export interface MetainfoFile {
  /** Names from below the download folder: the torrent's name first. */
  readonly path: readonly string[];
  readonly length: number;
  /** Where its first byte is in the torrent. */
  readonly offset: number;
  /** Zeros that align the next file to a piece (BEP 47). */
  readonly pad: boolean;
}

/** `field` as people write it: `info.files[2].path`; `infoHash` wherever an info dictionary could be told. */
export type MetainfoResult =
  | { readonly ok: true; readonly metainfo: Metainfo }
  | {
      readonly ok: false;
      readonly reason: string;
      readonly field: string | undefined;
      readonly infoHash: string | undefined;
    };

/** Judges the bytes of a .torrent file. Never throws; time and memory are bounded by `metainfoLimits` and those of the decoder. */
export function parseMetainfo(bytes: Uint8Array): MetainfoResult {
  let infoHash: string | undefined;
  try {
    if (bytes.length > metainfoLimits.fileSize) refuse(undefined, `larger than ${metainfoLimits.fileSize} bytes`);
    const { value, length, duplicate } = decodePrefix(bytes);
    if (!(value instanceof Map)) return refuse(undefined, "not a dictionary");
    const rawInfo = rawValue(bytes, "info");
    if (rawInfo && value.get("info") instanceof Map) infoHash = createHash("sha1").update(rawInfo).digest("hex");
    if (length < bytes.length) refuse(undefined, `${bytes.length - length} bytes after its end`);
    if (duplicate !== undefined) refuse(shown(duplicate), "is there twice");
    const info = dictionaryAt(value, "info", "info");
    return { ok: true, metainfo: { infoHash: infoHash ?? "", ...readInfo(info), announce: readAnnounce(value) } };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.message, field: error.field, infoHash };
    if (!(error instanceof BencodeError)) throw error;
    return { ok: false, reason: `not bencode: ${error.message}`, field: undefined, infoHash };
  }
}

/** A key from the file, safe to print. */
function shown(key: string): string {
  return `"${printable(key.slice(0, 40))}"`;
}

function readInfo(info: BencodeDictionary): Omit<Metainfo, "infoHash" | "announce"> {
  refuseOtherVersions(info);
  const name = readName(info);
  const files = info.has("files") ? readFiles(info, name) : readFile(info, name);
  const length = files.reduce((sum, file) => sum + file.length, 0);
  if (length === 0) refuse("info.length", "the files have no bytes to share");
  if (length > metainfoLimits.length) refuse("info.length", `more than ${metainfoLimits.length} bytes in all`);
  const pieceLength = integerAt(info, "piece length", "info.piece length");
  if (pieceLength < 1 || pieceLength > metainfoLimits.pieceLength)
    refuse("info.piece length", `not from 1 to ${metainfoLimits.pieceLength}`);
  const pieces = readPieces(info, Math.ceil(length / pieceLength));
  const isPrivate = info.has("private") && readPrivate(info);
  const shape = info.has("files") ? "folder" : "file";
  return { name, length, pieceLength, pieceCount: pieces.length / 20, pieces, shape, files, private: isPrivate };
}

/** BEP 52: version 2 torrents hash otherwise; a hybrid holds all that version 1 needs, too. */
function refuseOtherVersions(info: BencodeDictionary): void {
  const version = info.has("meta version") ? integerAt(info, "meta version", "info.meta version") : 1;
  if (version < 1 || version > 2) refuse("info.meta version", `${version} is unknown`);
  if (version === 2 && !info.has("pieces")) refuse("info.meta version", "a version 2 torrent without a version 1 part");
}

function readName(info: BencodeDictionary): string {
  const name = nameFrom(info.get("name"), "info.name");
  refuseOtherText(info, "name.utf-8", name, "info.name");
  return name;
}

/** Some programs prefer `name.utf-8` or `path.utf-8`, which no BEP has: it must not lead them elsewhere. */
function refuseOtherText(owner: BencodeDictionary, key: string, expected: string, field: string): void {
  const value = owner.get(key);
  if (value === undefined) return;
  const parts = Array.isArray(value) ? value : [value];
  const text = parts.map((part) => (part instanceof Uint8Array ? textOf(part) : undefined)).join("/");
  if (text !== expected) refuse(`${field}.utf-8`, `says something else than ${field}`);
}

function readFile(info: BencodeDictionary, name: string): MetainfoFile[] {
  if (!info.has("length")) refuse("info.length", "missing, and so is info.files");
  const length = sizeAt(info, "length", "info.length");
  return [{ path: [name], length, offset: 0, pad: false }];
}

function readFiles(info: BencodeDictionary, name: string): MetainfoFile[] {
  if (info.has("length")) refuse("info.length", "there beside info.files");
  const list = info.get("files");
  if (!Array.isArray(list)) return refuse("info.files", "not a list");
  if (list.length === 0) refuse("info.files", "empty");
  const tree = new PathTree();
  let offset = 0;
  return list.map((item, index) => {
    const file = readFileItem(item, name, offset, `info.files[${index}]`);
    tree.add(file, `info.files[${index}].path`);
    offset += file.length;
    return file;
  });
}

function readFileItem(item: BencodeValue, name: string, offset: number, field: string): MetainfoFile {
  if (!(item instanceof Map)) return refuse(field, "not a dictionary");
  const length = sizeAt(item, "length", `${field}.length`);
  const attributes = item.has("attr") ? textAt(item, "attr", `${field}.attr`) : "";
  if (attributes.includes("l") || item.has("symlink path")) refuse(field, "a symbolic link, which is never followed");
  const parts = item.get("path");
  if (!Array.isArray(parts)) return refuse(`${field}.path`, item.has("path") ? "not a list" : "missing");
  if (parts.length === 0) refuse(`${field}.path`, "empty");
  const names = parts.map((part) => nameFrom(part, `${field}.path`));
  refuseOtherText(item, "path.utf-8", names.join("/"), `${field}.path`);
  return { path: [name, ...names], length, offset, pad: attributes.includes("p") };
}

/** Every path once, none of them the folder of another. Pad files of one size share a path (BEP 47). */
class PathTree {
  readonly #files = new Map<string, boolean>();
  readonly #folders = new Set<string>();

  add(file: MetainfoFile, field: string): void {
    const path = file.path.join("/");
    if (byteLength(path) > maxPathBytes) refuse(field, `longer than ${maxPathBytes} bytes`);
    if (this.#folders.has(path)) refuse(field, "is the folder of another file");
    const twice = this.#files.get(path);
    if (twice !== undefined && !(twice && file.pad)) refuse(field, "is there twice");
    this.#files.set(path, file.pad);
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const folder = path.slice(0, end);
      if (this.#files.has(folder)) refuse(field, "lies below another file");
      if (this.#folders.has(folder)) return;
      this.#folders.add(folder);
    }
  }
}

function readPieces(info: BencodeDictionary, expected: number): Uint8Array {
  const pieces = bytesAt(info, "pieces", "info.pieces");
  if (pieces.length % 20 !== 0) refuse("info.pieces", `${pieces.length} bytes, which is no multiple of 20`);
  if (pieces.length / 20 !== expected)
    refuse("info.pieces", `${pieces.length / 20} hashes, but the lengths make ${expected} pieces`);
  return pieces;
}

function readPrivate(info: BencodeDictionary): boolean {
  const value = integerAt(info, "private", "info.private");
  if (value !== 0 && value !== 1) refuse("info.private", "neither 0 nor 1");
  return value === 1;
}

function readAnnounce(outer: BencodeDictionary): string[] {
  const urls = outer.has("announce") ? [textAt(outer, "announce", "announce")] : [];
  const tiers = outer.get("announce-list") ?? [];
  if (!Array.isArray(tiers)) return refuse("announce-list", "not a list");
  for (const [index, tier] of tiers.entries()) {
    const field = `announce-list[${index}]`;
    if (!Array.isArray(tier)) return refuse(field, "not a list");
    for (const url of tier) urls.push(textFrom(url, field));
  }
  return [...new Set(urls)];
}
