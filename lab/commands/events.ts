import type { Command } from "commander";
import type { World } from "./world.ts";

export interface EventsFlags {
  readonly json: boolean;
  readonly follow: boolean;
  readonly name?: string;
}

export function addEvents(lab: Command, world: World): void {
  lab
    .command("events")
    .description("what happened and happens in the swarm, from the start of the run")
    .option("--json", "journal lines as JSON, one a line, counters included", false)
    .option("--no-follow", "end at the present")
    .option("--name <name>", "the lab; default: this folder's")
    .action(async (flags: EventsFlags) => {
      const { events } = await import("./events/events.ts");
      process.exitCode = await events(world, flags);
    });
}
