import type Docker from "dockerode";
import type { NodeState } from "../../api/words.ts";
import type { LabReport, NodeReport } from "../runtime.ts";
import { hasStatus } from "./client.ts";
import { labels, ofNodes } from "./labels.ts";
import { folderOf, isOurs } from "./owner.ts";

/** Every node of a lab that has a container, in the order of their names. */
export async function labNodes(client: Docker, lab: string): Promise<NodeReport[]> {
  const containers = await client.listContainers({ all: true, filters: ofNodes(lab) });
  const reports = await Promise.all(containers.map(({ Id }) => report(client.getContainer(Id))));
  return reports.filter((node) => node !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `undefined` when it was removed since it was listed. */
async function report(container: Docker.Container): Promise<NodeReport | undefined> {
  try {
    const { State: state, Config: config } = await container.inspect();
    const ended = state.Status === "exited" || state.Status === "dead";
    return {
      name: config.Labels[labels.node] ?? "",
      role: config.Labels[labels.role] ?? "",
      run: config.Labels[labels.run] ?? "",
      state: nodeState(state.Status, state.ExitCode),
      exitCode: ended ? state.ExitCode : null,
      outOfMemory: state.OOMKilled,
      uptime: state.Running ? Math.max(0, (Date.now() - Date.parse(state.StartedAt)) / 1000) : null,
    };
  } catch (error) {
    if (hasStatus(error, 404, 409)) return undefined;
    throw error;
  }
}

/** 0 and the exit code of SIGTERM are a stop, anything else that ended is a failure. */
function nodeState(status: string, exitCode: number): NodeState {
  switch (status) {
    case "created":
    case "running":
    case "paused":
      return status;
    case "restarting":
      return "starting";
    case "removing":
      return "stopped";
    default:
      return exitCode === 0 || exitCode === 143 ? "stopped" : "failed";
  }
}

/** Every lab of the caller's: `lab`'s own, also where only networks or volumes are left, and those of `compose.yaml` alone. */
export async function allLabs(client: Docker): Promise<LabReport[]> {
  const filters = { label: [labels.schema] };
  const [containers, networks, volumes] = await Promise.all([
    client.listContainers({ all: true, filters }),
    client.listNetworks({ filters }),
    client.listVolumes({ filters }),
  ]);
  const labs = new Map<string, LabReport>();
  for (const { Labels, State } of containers.filter((container) => isOurs(container.Labels))) {
    const isHelper = Labels[labels.lab] !== undefined && Labels[labels.node] === undefined;
    if (!isHelper) count(labs, Labels, { nodes: 1, running: State === "running" ? 1 : 0 });
    else count(labs, Labels, { nodes: 0, running: 0 });
  }
  for (const { Labels } of [...networks, ...(volumes.Volumes ?? [])]) {
    if (Labels?.[labels.lab] && isOurs(Labels)) count(labs, Labels, { nodes: 0, running: 0 });
  }
  return [...labs.values()].sort((a, b) => (a.lab < b.lab ? -1 : 1));
}

function count(
  labs: Map<string, LabReport>,
  marks: Record<string, string>,
  { nodes, running }: { nodes: number; running: number },
): void {
  const own = marks[labels.lab];
  const lab = own ?? marks["com.docker.compose.project"];
  if (lab === undefined) return;
  const key = `${own === undefined ? "foreign" : "lab"} ${lab}`;
  const before = labs.get(key);
  labs.set(key, {
    lab,
    run: before?.run || (marks[labels.run] ?? ""),
    runtime: "docker",
    dir: folderOf(marks) ?? "",
    origin: own === undefined ? "foreign" : "lab",
    running: (before?.running ?? 0) + running,
    nodes: (before?.nodes ?? 0) + nodes,
  });
}
