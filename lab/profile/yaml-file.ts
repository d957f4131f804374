import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from "yaml";
import type * as z from "zod";
import { LabError } from "../errors.ts";
import { printable } from "../units.ts";
import { nearest } from "./nearest.ts";

const MAX_LENGTH = 256 * 1024;

/**
 * Parses YAML text and checks it against `schema`. Returns the value as written (no defaults filled in).
 * Throws a usage error that names file, line, column and, for an unknown key, the likely one.
 * @param file the name to show.
 */
export function parseYaml(text: string, file: string, schema: z.ZodType): unknown {
  if (text.length > MAX_LENGTH)
    throw new LabError("usage", `${file}: longer than ${MAX_LENGTH} characters, no profile is`);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: "error",
  });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${printable(file)}:${line}:${col}`;
  };

  const [broken] = document.errors;
  if (broken)
    throw new LabError("usage", `${at(broken.pos[0])}: ${printable(broken.message)}`, {
      ...(broken.code === "BAD_ALIAS" && { hint: quotesFor("*") }),
    });
  const loose = looseAlias(document);
  if (loose)
    throw new LabError("usage", `${at(loose.range?.[0] ?? 0)}: *${printable(loose.source)} is an alias of nothing`, {
      hint: quotesFor(`*${loose.source}`),
    });
  const value = toValue(document, file);
  const checked = schema.safeParse(value);
  const [issue] = checked.error?.issues ?? [];
  if (!issue) return value;
  const { path, message, hint } = describe(innermost(issue), schema);
  throw new LabError("usage", `${at(offsetOf(document, path))}: ${printable(message)}`, hint ? { hint } : {});
}

/** The first alias that no anchor before it resolves, most often a glob without quotes. */
function looseAlias(document: Document): Alias | undefined {
  const anchors = new Set<string>();
  let loose: Alias | undefined;
  visit(document, (_, node) => {
    if (isAlias(node) && !anchors.has(node.source)) {
      loose = node;
      return visit.BREAK;
    }
    if (isNode(node) && !isAlias(node) && node.anchor !== undefined) anchors.add(node.anchor);
    return undefined;
  });
  return loose;
}

const quotesFor = (glob: string) => `a name that begins with * goes into quotes: "${printable(glob)}"`;

function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (cause) {
    throw new LabError("usage", `${file}: too many YAML aliases`, { cause });
  }
}

type Issue = z.core.$ZodIssue;

/** Of a failed union the branch that came furthest; the outer message says only "invalid input". */
function innermost(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flat().find((candidate) => candidate.code !== "invalid_type") ?? issue.errors[0]?.[0];
  return inner ? innermost({ ...inner, path: [...issue.path, ...inner.path] } as Issue) : issue;
}

function describe(issue: Issue, schema: z.ZodType): { path: PropertyKey[]; message: string; hint?: string } {
  const where = issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  if (issue.code !== "unrecognized_keys") return { path: issue.path, message: `${where}${issue.message}` };
  const key = issue.keys[0] ?? "";
  const known = knownKeys(schema, issue.path);
  const close = nearest(key, known, 3);
  const hint = close === undefined ? `Known keys here: ${known.join(", ")}.` : `Did you mean "${close}"?`;
  return { path: [...issue.path, key], message: `${where}unknown key "${key}"`, hint };
}

interface SchemaShape {
  def: { shape?: Record<string, SchemaShape>; element?: SchemaShape; innerType?: SchemaShape; in?: SchemaShape };
}

/** The keys that the schema has at `path`, through defaults, options and lists. */
function knownKeys(schema: z.ZodType, path: PropertyKey[]): string[] {
  let current: SchemaShape | undefined = unwrap(schema as unknown as SchemaShape);
  for (const step of path) current = unwrap(current?.def.shape?.[String(step)] ?? current?.def.element);
  return Object.keys(current?.def.shape ?? {});
}

function unwrap(schema: SchemaShape | undefined): SchemaShape | undefined {
  const inner = schema?.def.innerType ?? schema?.def.in;
  return inner ? unwrap(inner) : schema;
}

/** Where in the text the value at `path` begins; an unknown key's own place; the nearest parent that exists. */
function offsetOf(document: Document, path: PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const step = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      : undefined;
    const node = (pair?.key ?? document.getIn(path.slice(0, length), true)) as Node | undefined;
    if (node?.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
