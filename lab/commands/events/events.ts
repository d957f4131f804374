import type { JournalLine } from "../../api/journal.ts";
import { exitCodes } from "../../errors.ts";
import { apply, emptyModel } from "../../swarm/model.ts";
import { sentence } from "../../swarm/sentence.ts";
import { formatDuration, printableJson } from "../../units.ts";
import { endOfLab, sayDown } from "../end-of-lab.ts";
import type { EventsFlags } from "../events.ts";
import { connectLab } from "../find-lab.ts";
import { catchInterrupts } from "../interrupts.ts";
import { print, type World } from "../world.ts";

/** `lab events`: the journal from its first line, as sentences or as it is. */
export async function events(world: World, flags: EventsFlags): Promise<number> {
  const { name, client } = await connectLab(world, flags.name);
  const { seq: present } = await client.status();
  using interrupts = catchInterrupts();
  using gone = endOfLab(world, name);
  const signal = AbortSignal.any([interrupts.signal, gone.signal]);
  const model = emptyModel();
  for await (const events of client.events({ after: 0, signal })) {
    const lines = events.flatMap((event) => (event.kind === "line" ? event.line : []));
    const wanted = flags.follow ? lines : lines.filter(({ seq }) => seq <= present);
    wanted.forEach(tellLine);
    if (!flags.follow && lines.some(({ seq }) => seq >= present)) return exitCodes.ok;
  }
  interrupts.signal.throwIfAborted();
  return sayDown(world, name);

  function tellLine(line: JournalLine): void {
    if (flags.json) return void world.stdout.write(`${printableJson(line)}\n`);
    apply(model, line);
    const text = sentence(line, model);
    if (text !== undefined) print(world, `${formatDuration(line.t).padStart(7)}  ${text}`);
  }
}
