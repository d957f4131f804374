import type Docker from "dockerode";
import type { LabPlan, LinkShape, LinkSupport } from "../../plan/plan.ts";
import type { Engine } from "./engine.ts";
import { engineMessage } from "./engine-error.ts";
import { LABEL_SCHEMA, labels } from "./labels.ts";
import { ownerMarks } from "./owner.ts";
import { runTc, type TcRequest } from "./tc.ts";
import { tcArguments } from "./tc-arguments.ts";
import { ensureTcImage, type TcImageOptions } from "./tc-image.ts";

const TRIALS: Record<"rate" | "delay", LinkShape> = {
  rate: { rate: 1024 ** 2, delay: 0, loss: 0 },
  delay: { rate: null, delay: 0.001, loss: 0 },
};

/**
 * Which parts of a link can be shaped, by trying them in a network that nobody else is in: what a kernel is built with can
 * be asked of it in no better way.
 */
export async function linkSupport(
  client: Docker,
  engine: Engine,
  { lab, dir }: Pick<LabPlan, "lab" | "dir">,
  options: TcImageOptions,
): Promise<LinkSupport> {
  options.signal?.throwIfAborted();
  try {
    const image = await ensureTcImage(client, engine, options);
    const marks = { [labels.lab]: lab, [labels.dir]: dir, ...ownerMarks(), [labels.schema]: LABEL_SCHEMA };
    const request = { client, image, network: "none", labels: marks };
    const [rate, delay] = await Promise.all([attempt(request, TRIALS.rate), attempt(request, TRIALS.delay)]);
    const lacks = [
      ...(rate.isThere ? [] : [`no tbf: ${rate.why}`]),
      ...(delay.isThere ? [] : [`no netem: ${delay.why}`]),
    ];
    return {
      rate: rate.isThere,
      delay: delay.isThere,
      lacks: lacks.length === 0 ? "" : `the engine's kernel has ${lacks.join("; ")}`,
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { rate: false, delay: false, lacks: engineMessage(error) };
  }
}

async function attempt(request: TcRequest, link: LinkShape): Promise<{ isThere: boolean; why: string }> {
  const [argv = []] = tcArguments(link, "lo");
  const { exitCode, output } = await runTc(request, argv);
  const why = output.split("\n")[0]?.replace(/^Error: |\.$/g, "") ?? "";
  return { isThere: exitCode === 0, why };
}
