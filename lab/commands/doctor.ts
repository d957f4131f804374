import type { Command } from "commander";
import type { World } from "./world.ts";

export function addDoctor(lab: Command, world: World): void {
  lab
    .command("doctor")
    .description("check this machine: what works, what does not, and how to fix it")
    .option("--json", "print the checks as JSON", false)
    .action(async (flags: { json: boolean }) => {
      const { doctor } = await import("./doctor/doctor.ts");
      process.exitCode = await doctor(world, flags);
    });
}
