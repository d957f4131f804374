import type * as z from "zod";
import { type LabCommand, labCommand } from "../../api/commands.ts";
import { LabError } from "../../errors.ts";
import { connectLab } from "../find-lab.ts";
import { tell, type World } from "../world.ts";

/** Sends one command; what the controller refuses is a usage error with its reason. */
export async function sendCommand(world: World, name: string | undefined, command: LabCommand): Promise<void> {
  const parsed = labCommand.safeParse(command);
  if (!parsed.success) throw new LabError("usage", `cannot ${command.type}: ${problemOf(parsed.error)}`);
  const { client } = await connectLab(world, name);
  const result = await client.command(command);
  if (!result.ok) throw new LabError("usage", result.error ?? `${command.type} was refused`);
  tell(world, `${command.type}: done`);
}

/** The first thing that is wrong; what was typed is not repeated, as it may hold anything. */
function problemOf({ issues }: z.ZodError): string {
  return issues[0]?.message ?? "it makes no sense";
}
