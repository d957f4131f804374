import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atHand } from "../at-hand.fixture.ts";

/** Whether frames can be captured here: there is `tcpdump`, and we may. */
export const canCapture = atHand("tcpdump", spawnSync("tcpdump", ["-D"], { stdio: "ignore" }).status === 0);

/** The interface that leads out of this machine; `undefined` where none does. */
export function uplink(): string | undefined {
  const routes = readFileSync("/proc/net/route", "utf8").trim().split("\n").slice(1);
  const isDefault = ([, to, , , , , , mask]: string[]) => to === "00000000" && mask === "00000000";
  return routes.map((route) => route.split("\t")).find(isDefault)?.[0];
}

/** Everything that passes the interfaces of this machine, each frame with the index of its own, until it is stopped. */
export interface Capture extends Disposable {
  /** Ends it; from then on it can be asked. */
  stop(): Promise<void>;
  /** The frames that a filter of tcpdump lets through, a line each, with their text. */
  frames(filter: string): string;
}

let captures = 0;

export async function capture(): Promise<Capture> {
  captures += 1;
  const file = join(tmpdir(), `lab-capture-${process.pid}-${captures}.pcap`);
  // Enough of each frame for names that are looked up.
  const options = [
    "-i",
    "any",
    "-y",
    "LINUX_SLL2",
    "-nn",
    "-s",
    "256",
    "-U",
    "--immediate-mode",
    "-Z",
    "root",
    "-w",
    file,
  ];
  const child = spawn("tcpdump", options, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await listening(child);
  return {
    async stop() {
      child.kill("SIGINT");
      await ended;
    },
    frames: (filter) => execFileSync("tcpdump", ["-nn", "-A", "-r", file, filter], { encoding: "utf8", stdio: QUIET }),
    [Symbol.dispose]() {
      child.kill("SIGKILL");
      rmSync(file, { force: true });
    },
  };
}

/** On stderr tcpdump says what it reads; of an error the exception tells. */
const QUIET: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("listening on")) resolve();
    });
    child.once("exit", () => reject(new Error(`tcpdump: ${said}`)));
  });
}
