import { type Command, Option } from "commander";
import { collect } from "./collect.ts";
import type { World } from "./world.ts";

export interface DoctorFlags {
  readonly profile: readonly string[];
  readonly smoke: boolean;
  readonly runtime: "auto" | "docker" | "process";
  readonly json: boolean;
}

export function addDoctor(lab: Command, world: World): void {
  lab
    .command("doctor")
    .description("check this machine: what works, what does not, and how to fix it")
    .option("--profile <name>", "the lab that it is to have room for", collect, [])
    .option("--smoke", "also run a swarm of two peers to its end, and remove it", false)
    .addOption(
      new Option("--runtime <kind>", "where --smoke runs it").choices(["auto", "docker", "process"]).default("auto"),
    )
    .option("--json", "print the checks as JSON", false)
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import("./doctor/doctor.ts");
      process.exitCode = await doctor(world, flags);
    });
}
