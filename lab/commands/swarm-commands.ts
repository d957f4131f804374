import type { Command } from "commander";
import type { LabCommand } from "../api/commands.ts";
import type { World } from "./world.ts";

/** Commands that the controller carries out by itself. */
export function addSwarmCommands(lab: Command, world: World): void {
  const name = ["--name <name>", "the lab; default: this folder's"] as const;
  lab
    .command("announce")
    .argument("[node]", "one peer; all of them without it")
    .description("announce to the tracker now")
    .option(...name)
    .action((node: string | undefined, flags: { name?: string }) =>
      send(world, flags.name, { type: "announce", ...(node === undefined ? {} : { node }) }),
    );
  lab
    .command("cut")
    .argument("<side>", "such as seeder-1,leecher-1")
    .argument("<side>", "such as leecher-2,leecher-3")
    .description("partition the swarm: peers of one side drop and refuse those of the other")
    .option(...name)
    .action((one: string, other: string, flags: { name?: string }) =>
      send(world, flags.name, { type: "cut", sides: [one.split(","), other.split(",")] }),
    );
  lab
    .command("heal")
    .description("undo every cut")
    .option(...name)
    .action((flags: { name?: string }) => send(world, flags.name, { type: "heal" }));
  lab
    .command("mark")
    .argument("<text>", "what to call this moment")
    .description("put a marker into the journal")
    .option(...name)
    .action((text: string, flags: { name?: string }) => send(world, flags.name, { type: "mark", text }));
}

async function send(world: World, name: string | undefined, command: LabCommand): Promise<void> {
  const { sendCommand } = await import("./swarm-commands/send.ts");
  await sendCommand(world, name, command);
}
