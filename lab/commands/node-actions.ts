import type { Command } from "commander";
import type { World } from "./world.ts";

/** The verbs of Docker Compose for single nodes. */
export const verbs = {
  stop: "end nodes cleanly: they tell the tracker, and keep what they downloaded",
  start: "start nodes again that were stopped, killed or have failed",
  restart: "stop nodes and start them again",
  kill: "end nodes at once (SIGKILL), as a crash would",
  pause: "freeze nodes",
  unpause: "thaw nodes",
} as const;
export type Verb = keyof typeof verbs;

export function addNodeActions(lab: Command, world: World): void {
  for (const [verb, description] of Object.entries(verbs)) {
    lab
      .command(verb)
      .argument("<node...>", "such as leecher-2 or tracker")
      .description(description)
      .option("--name <name>", "the lab; default: this folder's")
      .action(async (nodes: string[], flags: { name?: string }) => {
        const { actOnNodes } = await import("./node-actions/node-actions.ts");
        await actOnNodes(world, verb as Verb, nodes, flags.name);
      });
  }
}
