import { LabError } from "../../errors.ts";
import { printable } from "../../units.ts";
import { findLab } from "../find-lab.ts";
import { catchInterrupts } from "../interrupts.ts";
import type { LogsFlags } from "../logs.ts";
import { print, type World } from "../world.ts";

/** `lab logs`: each line behind its node's name; control characters of nodes do not reach the terminal. */
export async function logs(world: World, node: string | undefined, flags: LogsFlags): Promise<void> {
  const lab = await findLab(world, flags.name);
  const names = (await lab.runtime.nodes(lab.name)).map((report) => report.name);
  if (node !== undefined && !names.includes(node)) {
    throw new LabError("usage", `the lab "${lab.name}" has no node "${printable(node)}"`, {
      hint: `Nodes: ${names.join(", ")}.`,
    });
  }
  const width = Math.max(...names.map((name) => name.length));
  using interrupts = catchInterrupts();
  const query = {
    follow: flags.follow,
    signal: interrupts.signal,
    ...(node === undefined ? {} : { node }),
    ...(flags.tail === undefined ? {} : { tail: flags.tail }),
  };
  for await (const line of lab.runtime.logs(lab.name, query)) {
    print(world, `${line.node.padEnd(width)}  ${printable(line.text)}`);
  }
  interrupts.signal.throwIfAborted();
}
