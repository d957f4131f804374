import { join } from "node:path";
import { writeNodeEnvironment } from "../../api/environment.ts";
import { nodeFlags } from "../../plan/node-flags.ts";
import type { LabPlan, PlanNode } from "../../plan/plan.ts";
import { isPeer } from "../../swarm/peers.ts";
import { labFolder } from "../folder.ts";
import { atLeast, type Engine } from "./engine.ts";
import type { Identity } from "./identity.ts";
import { LABEL_SCHEMA, labels, projectOf } from "./labels.ts";

/** What a compose file needs beyond the plan; only the runtime knows it. */
export interface ComposeContext {
  /** The file with the service `node` that every service extends; absolute. */
  readonly base: string;
  readonly image: string;
  readonly identity: Identity;
  readonly engine: Pick<Engine, "kind" | "version">;
  /** Labels that say whose the lab is. */
  readonly owner: Readonly<Record<string, string>>;
}

/** Where the image keeps the programs, and the port of the controller's API in its container. */
const PROGRAMS = "/lab";
const API_PORT = 7070;

/** Plain data; written down by `composeText`. */
export type ComposeDocument = Record<string, unknown>;

/**
 * A plan as a compose file: one service a node, so that each can differ. It holds identity and kernel limits only; knobs
 * are the controller's to hand out, so that changing one recreates no container. Names of networks and volumes carry the
 * run: what an engine cannot get rid of is in the way of no later run.
 */
export function composeDocument(plan: LabPlan, context: ComposeContext): ComposeDocument {
  return {
    name: projectOf(plan.lab),
    services: Object.fromEntries(plan.nodes.map((node) => [node.name, service(plan, node, context)])),
    networks: networks(plan, context),
    ...unlessEmpty(
      "volumes",
      plan.nodes.filter(keepsDownloads).map((node) => [volumeOf(node), volume(plan, node, context)]),
    ),
    secrets: Object.fromEntries(plan.nodes.flatMap((node) => secrets(plan, node))),
  };
}

function service(plan: LabPlan, node: PlanNode, context: ComposeContext): ComposeDocument {
  const { base, image, identity } = context;
  const first = firstNodes(plan, node);
  const published = isPublished(node);
  const volumes = mounts(plan, node);
  return {
    extends: { file: base, service: "node" },
    image,
    pull_policy: "never",
    hostname: node.name,
    user: identity.user,
    ...(identity.userns ? { userns_mode: identity.userns } : {}),
    command: ["node", ...nodeFlags(node), `${PROGRAMS}/${node.program}.mjs`],
    environment: environment(node),
    labels: {
      ...objectLabels(plan, context, node),
      ...(node.link ? { [labels.link]: JSON.stringify(node.link) } : {}),
    },
    mem_limit: node.memory,
    ...(isPeer(node) ? {} : { cpu_shares: SHARES }),
    networks: published ? { swarm: {}, front: {} } : { swarm: {} },
    ...(published ? { ports: [publish(plan, node)] } : {}),
    ...unlessEmpty(
      "depends_on",
      first.map((name) => [name, { condition: "service_started" }]),
    ),
    secrets: secretsOf(node),
    ...(volumes.length ? { volumes } : {}),
  };
}

/**
 * Of the processor, where peers have the usual 1024: a hundred busy ones would leave the controller a hundredth, and a
 * node whose controller does not answer for 15 s takes it for gone.
 */
const SHARES = 16_384;

/** The plan's, without what this node has no use for. */
function environment(node: PlanNode): Record<string, string> {
  const own = node.environment;
  const controls = node.role === "controller";
  const variables = writeNodeEnvironment({
    ...own,
    tokenFile: controls ? "" : own.tokenFile,
    sources: node.sources ? own.sources : "",
    data: node.storage === "none" ? "" : own.data,
    runs: controls ? own.runs : "",
    secrets: controls || node.role === "web" ? own.secrets : "",
  });
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
}

/** The lab's API is the controller's, its pages are the web node's; no other container is on a network that publishes ports. */
const isPublished = (node: PlanNode) => node.role === "controller" || node.role === "web";

function publish(plan: LabPlan, node: PlanNode): ComposeDocument {
  const port = node.role === "web" ? plan.input.ports.web : plan.port;
  return { target: API_PORT, published: String(port), host_ip: "127.0.0.1", protocol: "tcp" };
}

/**
 * Everyone finds the controller there. The tracker starts beside the peers: the controller hands out torrents only when
 * all have said hello, and every level of order would cost the start of a container.
 */
function firstNodes(plan: LabPlan, node: PlanNode): string[] {
  if (node.role === "controller") return [];
  return plan.nodes.filter(({ role }) => role === "controller").map(({ name }) => name);
}

function mounts(plan: LabPlan, node: PlanNode): ComposeDocument[] {
  const all: ComposeDocument[] = [];
  const { sources, runs, data } = node.environment;
  if (node.sources) all.push(bind(plan.input.sources, sources, { readOnly: true }));
  if (node.role === "controller") all.push(bind(labFolder(plan.dir, plan.lab).runs, runs, { readOnly: false }));
  if (node.storage === "volume") all.push({ type: "volume", source: volumeOf(node), target: data });
  if (node.storage === "memory") all.push(memory(node));
  return all;
}

function bind(source: string, target: string, { readOnly }: { readOnly: boolean }): ComposeDocument {
  return { type: "bind", source, target, read_only: readOnly, bind: { create_host_path: false } };
}

/** It counts against the container's memory limit, which is its bound as well. */
function memory(node: PlanNode): ComposeDocument {
  return { type: "tmpfs", target: node.environment.data, tmpfs: { size: node.memory, mode: 0o1777 } };
}

/**
 * The controller gets the whole folder of tokens: with a file a node in its own definition, a node added later would
 * recreate it, and it is what knows the run.
 */
function secrets(plan: LabPlan, node: PlanNode): [string, ComposeDocument][] {
  const folder = labFolder(plan.dir, plan.lab).secrets;
  if (node.role === "controller") return [["lab", { file: folder }]];
  return [`node-${node.name}`, ...viewsTokens(node)].map((file) => [file, { file: join(folder, file) }]);
}

function secretsOf(node: PlanNode): ComposeDocument[] {
  const { secrets: folder, tokenFile } = node.environment;
  if (node.role === "controller") return [{ source: "lab", target: folder }];
  return [
    { source: `node-${node.name}`, target: tokenFile },
    ...viewsTokens(node).map((file) => ({ source: file, target: `${folder}/${file}` })),
  ];
}

/** The web node speaks to the controller for those who look and for those who may change the lab. */
const viewsTokens = (node: PlanNode) => (node.role === "web" ? ["admin", "viewer"] : []);

const keepsDownloads = (node: PlanNode) => node.storage === "volume";
const volumeOf = (node: PlanNode) => `data-${node.name}`;

function volume(plan: LabPlan, node: PlanNode, context: ComposeContext): ComposeDocument {
  return { name: `${projectOf(plan.lab)}-${plan.run.run}-${node.name}`, labels: objectLabels(plan, context, node) };
}

/** `swarm` reaches nothing but itself; `front` only carries the published port: nothing outside answers its containers. */
function networks(plan: LabPlan, context: ComposeContext): ComposeDocument {
  const name = (network: string) => `${projectOf(plan.lab)}-${plan.run.run}-${network}`;
  return {
    swarm: {
      name: name("swarm"),
      internal: true,
      ...(isolates(context.engine)
        ? { driver_opts: { "com.docker.network.bridge.gateway_mode_ipv4": "isolated" } }
        : {}),
      labels: objectLabels(plan, context),
    },
    front: {
      name: name("front"),
      driver_opts: { "com.docker.network.bridge.enable_ip_masquerade": "false" },
      labels: objectLabels(plan, context),
    },
  };
}

/** From version 28 on, an engine can keep a network from reaching services of its host through the gateway. */
const isolates = ({ kind, version }: Pick<Engine, "kind" | "version">) => kind === "docker" && atLeast(version, "28");

function objectLabels(plan: LabPlan, { owner }: ComposeContext, node?: PlanNode): Record<string, string> {
  return {
    [labels.lab]: plan.lab,
    [labels.run]: plan.run.run,
    ...(node ? { [labels.node]: node.name, [labels.role]: node.role } : {}),
    [labels.dir]: plan.dir,
    ...owner,
    [labels.schema]: LABEL_SCHEMA,
  };
}

function unlessEmpty(key: string, entries: [string, unknown][]): ComposeDocument {
  return entries.length ? { [key]: Object.fromEntries(entries) } : {};
}
