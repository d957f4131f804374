import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdown } from "./markdown.ts";
import type { Result } from "./result.ts";

const FOLDER = join(import.meta.dirname, "..");
const STORE = join(FOLDER, "results.json");
const SCHEMA = 1;

/** Puts new results in the place of older ones of the same name, and writes RESULTS.md anew. */
export function keepResults(fresh: readonly Result[], order: readonly string[]): void {
  const known = existsSync(STORE) ? (JSON.parse(readFileSync(STORE, "utf8")).results as Result[]) : [];
  const byName = new Map([...known, ...fresh].map((result) => [result.name, result]));
  const results = order.flatMap((name) => byName.get(name) ?? []);
  writeFileSync(STORE, resultsJson(results));
  writeFileSync(join(FOLDER, "RESULTS.md"), markdown(results, readFileSync(join(FOLDER, "tried.md"), "utf8")));
}

export function resultsJson(results: readonly Result[]): string {
  return `${JSON.stringify({ schemaVersion: SCHEMA, results }, undefined, 2)}\n`;
}
