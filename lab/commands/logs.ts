import { type Command, InvalidArgumentError } from "commander";
import type { World } from "./world.ts";

export interface LogsFlags {
  readonly follow: boolean;
  readonly tail?: number;
  readonly name?: string;
}

export function addLogs(lab: Command, world: World): void {
  lab
    .command("logs")
    .argument("[node]", "one node; all of them without it")
    .description("what nodes wrote")
    .option("-f, --follow", "go on as they write more", false)
    .option("-n, --tail <lines>", "the last lines of each node", parseTail)
    .option("--name <name>", "the lab; default: this folder's")
    .action(async (node: string | undefined, flags: LogsFlags) => {
      const { logs } = await import("./logs/logs.ts");
      await logs(world, node, flags);
    });
}

function parseTail(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError("It is a number of lines.");
  return Number(value);
}
