import type { Command } from "commander";
import type { World } from "./world.ts";

export function addSample(lab: Command, world: World): void {
  lab
    .command("sample")
    .argument("<size>", "such as 64MiB")
    .description("put a file of seeded random bytes into sources/")
    .option("--file <name>", "its name", "")
    .option("--seed <number>", "another seed gives other bytes", "1")
    .action(async (size: string, flags: { file: string; seed: string }) => {
      const { sample } = await import("./sample/sample.ts");
      await sample(world, size, flags);
    });
}
