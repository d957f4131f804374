import { apply, emptyModel } from "../../swarm/model.ts";
import { sentence } from "../../swarm/sentence.ts";
import { formatDuration, printableJson } from "../../units.ts";
import type { EventsFlags } from "../events.ts";
import { connectLab } from "../find-lab.ts";
import { catchInterrupts } from "../interrupts.ts";
import { print, type World } from "../world.ts";

/** `lab events`: the journal from its first line, as sentences or as it is. */
export async function events(world: World, flags: EventsFlags): Promise<void> {
  const { client } = await connectLab(world, flags.name);
  const { seq: present } = await client.status();
  using interrupts = catchInterrupts();
  const model = emptyModel();
  for await (const event of client.events({ after: 0, signal: interrupts.signal })) {
    if (event.kind === "snapshot") continue;
    const { line } = event;
    if (flags.json) world.stdout.write(`${printableJson(line)}\n`);
    else {
      const text = sentence(line, model);
      if (text !== undefined) print(world, `${formatDuration(line.t).padStart(7)}  ${text}`);
      apply(model, line);
    }
    if (!flags.follow && line.seq >= present) return;
  }
  interrupts.signal.throwIfAborted();
}
