import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { build } from "esbuild";

const root = join(import.meta.dirname, "../..");

/** The program bundled as the command line is; Node runs no TSX. */
export async function bundle(entry: string): Promise<{ program: string } & Disposable> {
  mkdirSync(join(root, ".build"), { recursive: true });
  const folder = mkdtempSync(join(root, ".build/terminal-"));
  await build({
    absWorkingDir: root,
    entryPoints: { program: entry },
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node24",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    jsx: "automatic",
    packages: "external",
    logLevel: "error",
  });
  return { program: join(folder, "program.mjs"), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

export interface TestTerminal extends Disposable {
  /** The rows on the screen now, without blanks at their ends. */
  rows(): string[];
  /** Whether the alternate screen shows. */
  onAlternateScreen(): boolean;
  /** All bytes that came. */
  raw(): string;
  press(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Waits until the screen's text is as wanted, some seconds at the most. */
  until(what: string, wanted: (text: string) => boolean, seconds?: number): Promise<string>;
  readonly pid: number;
  signal(name: "SIGTERM" | "SIGHUP"): void;
  readonly exit: Promise<number>;
}

/** Runs a program in a pseudo-terminal with a real terminal's parser behind it. */
export function openTerminal(
  command: readonly string[],
  { columns, rows, env, cwd }: { columns: number; rows: number; env: Record<string, string>; cwd?: string },
): TestTerminal {
  const { CI: _, NO_COLOR: __, ...inherited } = process.env;
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cols: columns,
    rows,
    cwd: cwd ?? root,
    env: { ...inherited, TERM: "xterm-256color", LANG: "C.UTF-8", NODE_ENV: "production", ...env },
  });
  const watchers = new Set<() => void>();
  let raw = "";
  child.onData((data) => {
    raw += data;
    terminal.write(data, () => watchers.forEach((watch) => watch()));
  });
  // The parser works behind the bytes: the end counts once it has seen all of them.
  const exit = new Promise<number>((resolve) =>
    child.onExit(({ exitCode }) => setImmediate(() => terminal.write("", () => resolve(exitCode)))),
  );

  function screen(): string[] {
    const { active } = terminal.buffer;
    return Array.from(
      { length: terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? "",
    );
  }

  return {
    rows: screen,
    onAlternateScreen: () => terminal.buffer.active.type === "alternate",
    raw: () => raw,
    press: (keys) => child.write(keys),
    resize(toColumns, toRows) {
      terminal.resize(toColumns, toRows);
      child.resize(toColumns, toRows);
    },
    until(what, wanted, seconds = 30) {
      return new Promise((resolve, reject) => {
        const check = () => {
          const text = screen().join("\n");
          if (!wanted(text)) return;
          clearTimeout(timer);
          watchers.delete(check);
          resolve(text);
        };
        const fail = () => reject(new Error(`not seen: ${what}\n${screen().join("\n")}`));
        const timer = setTimeout(fail, seconds * 1000);
        void exit.then(fail);
        watchers.add(check);
        check();
      });
    },
    pid: child.pid,
    signal: (name) => child.kill(name),
    exit,
    [Symbol.dispose]() {
      child.kill("SIGKILL");
      terminal.dispose();
    },
  };
}
