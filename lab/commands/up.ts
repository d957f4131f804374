import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../units.ts";
import { collect } from "./collect.ts";
import { collectScale } from "./scale.ts";
import { type ThemeName, themeOption } from "./watch.ts";
import type { World } from "./world.ts";

export interface UpFlags {
  readonly profile: readonly string[];
  readonly name?: string;
  readonly runtime: "auto" | "docker" | "process";
  readonly leechers?: number;
  readonly scale: Readonly<Record<string, number>>;
  readonly port?: number;
  readonly detach: boolean;
  readonly wait: boolean;
  readonly until?: string;
  readonly timeout?: number;
  readonly plain: boolean;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly build: boolean;
  readonly offline: boolean;
  readonly keepLive: boolean;
  readonly theme: ThemeName;
  readonly projector: boolean;
}

export function addUp(lab: Command, world: World): void {
  lab
    .command("up")
    .description("start the lab, or bring a running one to what profile and flags say")
    .option("--profile <name>", "profile to use; overlays may be added by more of them", collect, [])
    .option("--name <name>", "the lab's name (default: the folder's)")
    .addOption(
      new Option("--runtime <kind>", "containers or local processes")
        .choices(["auto", "docker", "process"])
        .default("auto"),
    )
    .option("--leechers <n>", "nodes in the first leecher group", parseCount)
    .option("--scale <group=n>", "nodes in a group", collectScale, {})
    .option("--port <port>", "port of the controller on 127.0.0.1", parsePort)
    .option("-d, --detach", "leave the lab running in the background", false)
    .option("--wait", "end once every peer is connected, and leave the lab running", false)
    .option("--until <condition>", "end at complete, ratio=1.0 or progress=50%, and leave the lab running")
    .option("--timeout <time>", "of --wait and --until: exit 124 after it", parseTimeout)
    .option("--plain", "a line per change instead of the dashboard", false)
    .addOption(themeOption())
    .option("--projector", "few, large rows for a room", false)
    .option("--json", "print JSON alone: the journal while attached, the status with -d, --wait or --until", false)
    .option("--dry-run", "print the plan and change nothing", false)
    .option("--build", "build the image even if it is there", false)
    .option("--offline", "never pull an image", false)
    .option("--keep-live", "keep nodes and knobs that were changed live", false)
    .action(async (flags: UpFlags) => {
      const { up } = await import("./up/up.ts");
      process.exitCode = await up(world, flags);
    });
}

function parseCount(value: string): number {
  if (!/^\d{1,4}$/.test(value) || Number(value) > 1000)
    throw new InvalidArgumentError("It is a number from 0 to 1000.");
  return Number(value);
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port < 1 || port > 65535)
    throw new InvalidArgumentError("It is a number from 1 to 65535.");
  return port;
}

/** Shared with `wait`. */
export function parseTimeout(value: string): number {
  const seconds = parseDuration(value);
  if (seconds === undefined || seconds <= 0) throw new InvalidArgumentError("Write it like 300, 90s or 5m.");
  return seconds;
}
