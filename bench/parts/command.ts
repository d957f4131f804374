import { spawn } from "node:child_process";
import { onInterrupt } from "./clean-up.ts";

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

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
      else reject(new Error(`${program} ${args.join(" ")} ended with ${code}\n${complaint}`));
    });
  });
}
