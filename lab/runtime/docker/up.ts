import type Docker from "dockerode";
import { LabError } from "../../errors.ts";
import type { LabPlan } from "../../plan/plan.ts";
import { labFolder } from "../folder.ts";
import type { UpOptions } from "../runtime.ts";
import { STOP_GRACE } from "./act.ts";
import { type CommandResult, run } from "./command.ts";
import { composeError } from "./compose-error.ts";
import { removeObjects } from "./down.ts";
import { startEarly } from "./early-starts.ts";
import { clientEnvironment, type Engine } from "./engine.ts";
import { labels, projectOf } from "./labels.ts";
import { labObjects, nodeOf } from "./objects.ts";
import { type Marks, othersLab } from "./owner.ts";
import { composeEvent } from "./progress.ts";

/** Has Compose start what the compose file at `.lab/NAME/compose.yaml` says, or only some of it. */
export async function composeUp(
  client: Docker,
  engine: Engine,
  plan: LabPlan,
  env: NodeJS.ProcessEnv,
  options: UpOptions,
): Promise<void> {
  if (options.only?.length === 0) return;
  const project = projectOf(plan.lab);
  const { root, compose } = labFolder(plan.dir, plan.lab);
  const argv = [
    ...engine.compose.command,
    ...[
      "--progress",
      "plain",
      "--ansi",
      "never",
      "--project-name",
      project,
      "--project-directory",
      root,
      "--file",
      compose,
    ],
    ...["up", "--detach", "--no-build", "--timeout", String(STOP_GRACE)],
    ...(options.only ? ["--no-deps", ...options.only] : []),
  ];
  const result: CommandResult = await run(argv, {
    env: clientEnvironment(engine, env),
    line: (line) => {
      const event = composeEvent(line, project);
      if (!event) return;
      options.progress?.(event);
      // What it still says after an interrupt is about to be removed.
      if (!options.signal?.aborted) startEarly(client, plan.lab, event, options.progress);
    },
    ...(options.signal ? { signal: options.signal } : {}),
  });
  if (result.exitCode !== 0) throw composeError(result, plan);
}

/**
 * Clears the way for Compose: what is not in the plan or of an earlier run goes, what is paused runs on. What resists is
 * in nobody's way, because names carry the run, and is left to `down`.
 * @throws LabError conflict when something that is not ours bears a name of this lab's: Compose would take it for its own.
 */
export async function clearTheWay(client: Docker, plan: LabPlan, { only, progress }: UpOptions): Promise<void> {
  const [project, objects] = await Promise.all([
    client.listContainers({ all: true, filters: { label: [`com.docker.compose.project=${projectOf(plan.lab)}`] } }),
    labObjects(client, plan.lab),
    refuseForeignNames(client, plan),
  ]);
  const foreign = project.filter(({ Labels }) => Labels[labels.lab] !== plan.lab);
  if (foreign.length > 0) throw notOurs(plan, foreign);
  const others = othersLab(plan.lab, objects);
  if (others !== undefined) throw new LabError("conflict", others, { hint: "give this lab another name with --name" });

  const planned = new Set(plan.nodes.map(({ name }) => name));
  const keeping = new Set(plan.nodes.filter(({ storage }) => storage === "volume").map(({ name }) => name));
  const isStale = (marks: Marks) => marks?.[labels.run] !== plan.run.run;
  const isGone = (info: Docker.ContainerInfo) => isStale(info.Labels) || !planned.has(nodeOf(info));
  const stale = {
    containers: project.filter(isGone),
    networks: objects.networks.filter(({ Labels }) => isStale(Labels)),
    volumes: objects.volumes.filter(({ Labels }) => isStale(Labels) || !keeping.has(Labels[labels.node] ?? "")),
  };
  const mayStart = (node: string) => only === undefined || only.includes(node);
  const paused = project.filter((info) => info.State === "paused" && !isGone(info) && mayStart(nodeOf(info)));
  await Promise.all([
    removeObjects(client, stale, progress ? { progress } : {}),
    ...paused.map(({ Id }) => client.getContainer(Id).unpause()),
  ]);
}

/** Compose would write into a volume of that name, whoever's it is. */
async function refuseForeignNames(client: Docker, plan: LabPlan): Promise<void> {
  const prefix = `${projectOf(plan.lab)}-${plan.run.run}-`;
  const filters = { name: [prefix] };
  const [networks, { Volumes: volumes }] = await Promise.all([
    client.listNetworks({ filters }),
    client.listVolumes({ filters: JSON.stringify(filters) }),
  ]);
  const found = [
    ...networks.map(({ Name, Labels }) => ({ what: "network", name: Name, marks: Labels })),
    ...(volumes ?? []).map(({ Name, Labels }) => ({ what: "volume", name: Name, marks: Labels })),
  ];
  const foreign = found.find(({ name, marks }) => name.startsWith(prefix) && marks?.[labels.lab] !== plan.lab);
  if (!foreign) return;
  throw new LabError("conflict", `a ${foreign.what} called ${foreign.name} is there already and is not this lab's`, {
    hint: "give this lab another name with --name",
  });
}

function notOurs(plan: LabPlan, foreign: readonly Docker.ContainerInfo[]): LabError {
  const names = foreign.map(({ Names }) => Names[0]?.slice(1)).join(", ");
  return new LabError("conflict", `another Compose project is called ${projectOf(plan.lab)} (${names})`, {
    hint: "give this lab another name with --name",
  });
}
