import type { PeerSettings } from "../../api/words.ts";
import { LabError } from "../../errors.ts";
import { withSettings } from "../../plan/live.ts";
import { changeInput } from "../change-plan.ts";
import { connectLab } from "../find-lab.ts";
import { typed } from "../lab-name.ts";
import type { World } from "../world.ts";

/** `lab set`: a node that does not run cannot take a knob, so nothing is changed then. */
export async function setKnobs(
  world: World,
  target: string,
  name: string | undefined,
  settings: Partial<PeerSettings>,
): Promise<void> {
  const { client, name: lab } = await connectLab(world, name);
  const { nodes } = await client.status();
  const silent = nodes.filter((node) => (node.name === target || node.group === target) && node.state !== "running");
  if (silent.length > 0) {
    const names = silent.map((node) => `${node.name} is ${node.state}`).join(", ");
    throw new LabError("usage", `cannot set knobs: ${names}`, {
      hint: `\`${typed(world, lab, "start NODE")}\` first, or name a node that runs.`,
    });
  }
  await changeInput(world, name, (plan) => withSettings(plan, target, settings));
}
