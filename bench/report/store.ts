import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdown } from "./markdown.ts";
import type { Result } from "./result.ts";

const FOLDER = join(import.meta.dirname, "..");
const STORE = join(FOLDER, "results.json");
const SCHEMA = 1;

/** Puts new results in the place of older ones of the same name, and writes RESULTS.md anew. */
export function keepResults(fresh: readonly Result[], order: readonly string[]): void {
  const known = existsSync(STORE) ? readResults(readFileSync(STORE, "utf8")) : [];
  const byName = new Map([...known, ...fresh].map((result) => [result.name, result]));
  const results = order.flatMap((name) => byName.get(name) ?? []);
  writeFileSync(STORE, resultsJson(results));
  writeFileSync(join(FOLDER, "RESULTS.md"), markdown(results, readFileSync(join(FOLDER, "tried.md"), "utf8")));
}

/** What never ended is `"Infinity"`: JSON has no number for it. */
export function resultsJson(results: readonly Result[]): string {
  const named = (_: string, value: unknown) => (value === Number.POSITIVE_INFINITY ? "Infinity" : value);
  return `${JSON.stringify({ schemaVersion: SCHEMA, results }, named, 2)}\n`;
}

export function readResults(json: string): Result[] {
  const numbered = (_: string, value: unknown) => (value === "Infinity" ? Number.POSITIVE_INFINITY : value);
  return JSON.parse(json, numbered).results;
}
