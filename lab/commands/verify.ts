import type { Command } from "commander";
import type { World } from "./world.ts";

export function addVerify(lab: Command, world: World): void {
  lab
    .command("verify")
    .description("hash every file of every leecher and compare it with its source; exit 4 where they differ")
    .option("--name <name>", "the lab; default: this folder's")
    .option("--json", "print the verdicts as JSON", false)
    .action(async (flags: { name?: string; json: boolean }) => {
      const { verify } = await import("./verify/verify.ts");
      process.exitCode = await verify(world, flags);
    });
}
