import type Docker from "dockerode";
import { LabError } from "../../errors.ts";
import type { LabPlan } from "../../plan/plan.ts";
import { labFolder } from "../folder.ts";
import type { RuntimeOptions } from "../runtime.ts";
import { type CommandResult, run } from "./command.ts";
import { composeError } from "./compose-error.ts";
import { removeObjects } from "./down.ts";
import { clientEnvironment, type Engine } from "./engine.ts";
import { labels, projectOf } from "./labels.ts";
import { labObjects } from "./objects.ts";
import { composeEvent } from "./progress.ts";

/** Has Compose make the containers those of the compose file at `.lab/NAME/compose.yaml`. */
export async function composeUp(
  engine: Engine,
  plan: LabPlan,
  env: NodeJS.ProcessEnv,
  options: RuntimeOptions,
): Promise<void> {
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
    ...["up", "--detach", "--no-build", "--remove-orphans", "--timeout", "2"],
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
 * Clears the way for Compose: what an earlier run left goes, what is paused runs on.
 * @throws LabError conflict when containers that are not ours bear this project's name: Compose would remove them.
 */
export async function clearTheWay(client: Docker, plan: LabPlan): Promise<void> {
  const filters = { label: [`com.docker.compose.project=${projectOf(plan.lab)}`] };
  const containers = await client.listContainers({ all: true, filters });
  const foreign = containers.filter(({ Labels }) => Labels[labels.lab] !== plan.lab);
  if (foreign.length > 0) throw notOurs(plan, foreign);
  const stale = containers.filter(({ Labels }) => Labels[labels.run] !== plan.run.run);
  await removeObjects(client, { containers: stale, networks: [], volumes: [] }, {});
  const paused = containers.filter((info) => !stale.includes(info) && info.State === "paused");
  await Promise.all(paused.map(({ Id }) => client.getContainer(Id).unpause()));
}

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
