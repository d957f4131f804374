import { stringify } from "yaml";
import type { ComposeDocument } from "./compose-file.ts";

/**
 * The document as YAML that Compose reads back unchanged: `$` is doubled, so that nothing in a path or name is ever taken
 * for a variable, and text that YAML 1.1 would take for a number, a date or `true` is quoted.
 */
export function composeText(document: ComposeDocument): string {
  return stringify(escapeDollars(document), { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false });
}

function escapeDollars(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(escapeDollars);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escapeDollars(inner)]));
}
