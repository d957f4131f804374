import { stringify } from "yaml";
import type { ComposeDocument } from "./compose-file.ts";

/**
 * The document as YAML that Compose reads back unchanged: `$` is doubled, so that nothing in a path or name is ever taken
 * for a variable, and all text is quoted, since what is a number, a date or `true` depends on who reads it.
 */
export function composeText(document: ComposeDocument): string {
  return stringify(escapeDollars(document), {
    version: "1.1",
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
}

function escapeDollars(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(escapeDollars);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escapeDollars(inner)]));
}
