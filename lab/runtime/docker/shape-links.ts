import type Docker from "dockerode";
import * as z from "zod";
import { LabError } from "../../errors.ts";
import type { LinkShape } from "../../plan/plan.ts";
import { hasStatus } from "./client.ts";
import type { Engine } from "./engine.ts";
import { labels, ofLab } from "./labels.ts";
import { nodeOf } from "./objects.ts";
import { runTc } from "./tc.ts";
import { tcArguments } from "./tc-arguments.ts";
import { ensureTcImage, type TcImageOptions } from "./tc-image.ts";

/** Helpers at work at a time: the start of a container is what costs. */
const AT_ONCE = 4;

/** The label is ours, but whoever may use the engine may have written it. */
const linkShape = z.strictObject({
  rate: z.int().positive().nullable(),
  delay: z.number().nonnegative(),
  loss: z.number().min(0).max(1),
}) satisfies z.ZodType<LinkShape>;

/**
 * Shapes the links of the lab's running nodes whose label says so, or of some of them. A container that starts has a new
 * network and nothing in it: this is called after every start.
 * @throws LabError node when the kernel refuses what it took at the trial.
 */
export async function shapeLinks(
  client: Docker,
  engine: Engine,
  lab: string,
  options: TcImageOptions & { readonly only?: readonly string[] },
): Promise<void> {
  const containers = await client.listContainers({
    filters: { label: [...ofLab(lab).label, labels.link], status: ["running"] },
  });
  const shaped = containers.filter((info) => options.only?.includes(nodeOf(info)) ?? true);
  if (shaped.length === 0) return;
  const image = await ensureTcImage(client, engine, options);
  const waiting = [...shaped];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      options.signal?.throwIfAborted();
      await shapeLink(client, image, next);
      options.progress?.({ phase: "start", subject: `link of ${nodeOf(next)}`, done: true });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function shapeLink(client: Docker, image: string, info: Docker.ContainerInfo): Promise<void> {
  const link = linkShape.parse(JSON.parse(info.Labels[labels.link] ?? ""));
  const { [labels.node]: _, [labels.role]: __, [labels.link]: ___, ...marks } = ownLabels(info);
  for (const argv of tcArguments(link)) {
    try {
      const { exitCode, output } = await runTc({ client, image, network: `container:${info.Id}`, labels: marks }, argv);
      if (exitCode === 0) continue;
      throw new LabError("node", `the link of ${nodeOf(info)} could not be shaped: ${output}`, {
        hint: "Leave `link` out of the profile.",
      });
    } catch (error) {
      // A node that has ended meanwhile has no network to join.
      if (!(await isRunning(client, info.Id))) return;
      throw error;
    }
  }
}

/** The lab's own, which `down` finds the helper by, without those of Compose. */
function ownLabels({ Labels: marks }: Docker.ContainerInfo): Record<string, string> {
  const own: readonly string[] = Object.values(labels);
  return Object.fromEntries(Object.entries(marks).filter(([name]) => own.includes(name)));
}

async function isRunning(client: Docker, id: string): Promise<boolean> {
  try {
    return (await client.getContainer(id).inspect()).State.Running;
  } catch (error) {
    if (hasStatus(error, 404)) return false;
    throw error;
  }
}
