import { spawn } from "node:child_process";
import { basename, join, relative } from "node:path";
import { onInterrupt } from "./clean-up.ts";

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const ROOT = join(import.meta.dirname, "../..");

/** Runs a program to its end and gives its output. @throws with what it said on stderr, when it fails. */
export function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let [output, complaint] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      complaint = (complaint + text).slice(-4000);
    });
    child.on("error", reject);
    const done = onInterrupt(async () => child.kill("SIGINT"));
    child.on("close", (code) => {
      done();
      if (code === 0) resolve(output);
      else reject(new Error(`${commandText(program, args)} ended with ${code}\n${complaint}`));
    });
  });
}

/** As somebody would type it in the project's folder: what breaks off goes into results, which are of no one machine. */
function commandText(program: string, args: readonly string[]): string {
  const typed = args.map((arg) => (arg.startsWith(ROOT) ? relative(ROOT, arg) : arg));
  return [basename(program), ...typed].join(" ");
}
