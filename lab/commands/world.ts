import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { hasCode } from "../errors.ts";
import { printableJson } from "../units.ts";

/** What a command sees of the world; passed in, so that a test can give it another. */
export interface World {
  readonly env: Record<string, string | undefined>;
  /** The folder the command was called in: `sources`, `profiles` and `.lab` are looked for here. */
  readonly dir: string;
  /** Of the package: shipped profiles, compose file, programs. */
  readonly root: string;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
}

/** The real one. */
export function realWorld(): World {
  // Bundled, this file lies two folders below the package's root, as it does in the sources.
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const { env, stdout, stderr, stdin } = process;
  return { env, dir: currentFolder(env), root, stdout, stderr, stdin };
}

/** A folder that is gone has a name still, as shells know; what is started from here needs one that is there. */
function currentFolder(env: World["env"]): string {
  try {
    return process.cwd();
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    process.chdir("/");
    return env.PWD || "/";
  }
}

/** One result line on stdout. */
export function print(world: World, line: string): void {
  world.stdout.write(`${line}\n`);
}

/** One line of progress or a hint on stderr. */
export function tell(world: World, line: string): void {
  world.stderr.write(`${line}\n`);
}

/** One pure JSON value on stdout. */
export function printJson(world: World, value: unknown): void {
  world.stdout.write(`${printableJson(value, world.stdout.isTTY ? 2 : 0)}\n`);
}

/** Whether lines on this stream may be rewritten in place and coloured. */
export function isRich(world: World, stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, TERM, CI } = world.env;
  return Boolean(stream.isTTY) && !NO_COLOR && TERM !== "dumb" && !CI;
}

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Colours `text` where stdout takes colours. */
export function paint(world: World, style: Style, text: string): string {
  return isRich(world, world.stdout) ? styleText(style, text, { validateStream: false }) : text;
}

/** The folder's name, made valid as a lab's. */
export function defaultLabName(dir: string): string {
  const made = basename(resolve(dir))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "");
  return made || "lab";
}

/** Folders that hold profiles, the user's own first. */
export function profileFolders(world: World): string[] {
  return [join(world.dir, "profiles"), join(world.root, "profiles")];
}

/** A path as people write it: from the current folder, or from home. */
export function shortPath(world: World, path: string): string {
  if (path.startsWith(`${world.dir}/`)) return path.slice(world.dir.length + 1);
  const home = world.env.HOME || homedir();
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
