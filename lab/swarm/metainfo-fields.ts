import type { BencodeDictionary, BencodeValue } from "./bencode.ts";
import { nameProblem, textOf } from "./file-name.ts";
import { metainfoLimits } from "./metainfo-limits.ts";

/** Why a metainfo file is refused; stays inside `parseMetainfo`. */
export class Refusal extends Error {
  readonly field: string | undefined;

  constructor(field: string | undefined, message: string) {
    super(message);
    this.field = field;
  }
}

export function refuse(field: string | undefined, reason: string): never {
  throw new Refusal(field, reason);
}

export function nameFrom(value: BencodeValue | undefined, field: string): string {
  const name = textFrom(value, field);
  const problem = nameProblem(name);
  return problem ? refuse(field, problem) : name;
}

export function textAt(owner: BencodeDictionary, key: string, field: string): string {
  return textFrom(owner.get(key), field);
}

export function textFrom(value: BencodeValue | undefined, field: string): string {
  return textOf(bytesFrom(value, field)) ?? refuse(field, "not UTF-8");
}

export function bytesAt(owner: BencodeDictionary, key: string, field: string): Uint8Array {
  return bytesFrom(owner.get(key), field);
}

function bytesFrom(value: BencodeValue | undefined, field: string): Uint8Array {
  if (value === undefined) return refuse(field, "missing");
  return value instanceof Uint8Array ? value : refuse(field, "not a string");
}

export function dictionaryAt(owner: BencodeDictionary, key: string, field: string): BencodeDictionary {
  const value = owner.get(key);
  if (value === undefined) return refuse(field, "missing");
  return value instanceof Map ? value : refuse(field, "not a dictionary");
}

export function integerAt(owner: BencodeDictionary, key: string, field: string): number {
  const value = owner.get(key);
  if (value === undefined) return refuse(field, "missing");
  if (typeof value === "bigint") return refuse(field, `${value} is too large`);
  return typeof value === "number" ? value : refuse(field, "not an integer");
}

export function sizeAt(owner: BencodeDictionary, key: string, field: string): number {
  const size = integerAt(owner, key, field);
  if (size < 0) refuse(field, "negative");
  if (size > metainfoLimits.length) refuse(field, `more than ${metainfoLimits.length} bytes`);
  return size;
}
