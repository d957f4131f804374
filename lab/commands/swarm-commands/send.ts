import type { LabCommand } from "../../api/commands.ts";
import { LabError } from "../../errors.ts";
import { clientOf, findLab } from "../find-lab.ts";
import { tell, type World } from "../world.ts";

/** Sends one command; what the controller refuses is a usage error with its reason. */
export async function sendCommand(world: World, name: string | undefined, command: LabCommand): Promise<void> {
  const result = await clientOf(await findLab(world, name)).command(command);
  if (!result.ok) throw new LabError("usage", result.error ?? `${command.type} was refused`);
  tell(world, `${command.type}: done`);
}
