import type { ChildProcess } from "node:child_process";

/** The first of what a command writes to stdout; rejects when it ends without. */
export function firstLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`ended with ${code} before its first line`)));
  });
}

/** Until a command has written a text to stderr; rejects when it ends without. */
export function said(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let all = "";
    child.stderr?.on("data", (chunk: string) => {
      all += chunk;
      if (all.includes(text)) resolve();
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code} without "${text}": ${all}`)));
  });
}
