import type Docker from "dockerode";
import { LabError } from "../../errors.ts";
import type { LabPlan } from "../../plan/plan.ts";
import { labFolder } from "../folder.ts";
import type { UpOptions } from "../runtime.ts";
import { STOP_GRACE } from "./act.ts";
import { type CommandResult, run } from "./command.ts";
import { composeError } from "./compose-error.ts";
import { removeObjects } from "./down.ts";
import { clientEnvironment, type Engine } from "./engine.ts";
import { labels, projectOf } from "./labels.ts";
import { labObjects, nodeOf } from "./objects.ts";
import { composeEvent } from "./progress.ts";

/** Has Compose start what the compose file at `.lab/NAME/compose.yaml` says, or only some of it. */
export async function composeUp(
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
      if (event) options.progress?.(event);
    },
    ...(options.signal ? { signal: options.signal } : {}),
  });
  if (result.exitCode !== 0) throw composeError(result, plan);
}

/**
 * Clears the way for Compose: what is not in the plan or of an earlier run goes, what is paused runs on.
 * @throws LabError conflict when containers that are not ours bear this project's name: Compose would take them for its own.
 */
export async function clearTheWay(client: Docker, plan: LabPlan, { only, progress }: UpOptions): Promise<void> {
  const filters = { label: [`com.docker.compose.project=${projectOf(plan.lab)}`] };
  const containers = await client.listContainers({ all: true, filters });
  const foreign = containers.filter(({ Labels }) => Labels[labels.lab] !== plan.lab);
  if (foreign.length > 0) throw notOurs(plan, foreign);
  const planned = new Set(plan.nodes.map(({ name }) => name));
  const stays = (info: Docker.ContainerInfo) => info.Labels[labels.run] === plan.run.run && planned.has(nodeOf(info));
  const paused = containers.filter((info) => info.State === "paused" && stays(info) && mayStart(nodeOf(info), only));
  await Promise.all([
    removeObjects(
      client,
      { containers: containers.filter((info) => !stays(info)), networks: [], volumes: [] },
      progress ? { progress } : {},
    ),
    ...paused.map(({ Id }) => client.getContainer(Id).unpause()),
  ]);
}

const mayStart = (node: string, only: UpOptions["only"]): boolean => only === undefined || only.includes(node);

/** Removes networks of earlier runs and downloads of nodes that are no longer in the plan; what resists is left to `down`. */
export async function tidyUp(client: Docker, plan: LabPlan): Promise<void> {
  const { networks, volumes } = await labObjects(client, plan.lab);
  const run = plan.run.run;
  const keeping = new Set(plan.nodes.filter(({ storage }) => storage === "volume").map(({ name }) => name));
  await removeObjects(
    client,
    {
      containers: [],
      networks: networks.filter(({ Labels }) => Labels?.[labels.run] !== run),
      volumes: volumes.filter(({ Labels }) => Labels[labels.run] !== run || !keeping.has(Labels[labels.node] ?? "")),
    },
    {},
  );
}

function notOurs(plan: LabPlan, foreign: readonly Docker.ContainerInfo[]): LabError {
  const names = foreign.map(({ Names }) => Names[0]?.slice(1)).join(", ");
  return new LabError("conflict", `another Compose project is called ${projectOf(plan.lab)} (${names})`, {
    hint: "give this lab another name with --name",
  });
}
