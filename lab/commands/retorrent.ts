import type { Command } from "commander";
import type { World } from "./world.ts";

export interface RetorrentFlags {
  readonly watch: boolean;
  readonly name?: string;
}

export function addRetorrent(lab: Command, world: World): void {
  lab
    .command("retorrent")
    .description(
      "after files in sources/ changed: new torrents for exactly what changed, taken up by the running swarm",
    )
    .option("--watch", "go on doing so, once a copy has finished", false)
    .option("--name <name>", "the lab; default: this folder's")
    .action(async (flags: RetorrentFlags) => {
      const { runRetorrent } = await import("./retorrent/run.ts");
      process.exitCode = await runRetorrent(world, flags);
    });
}
