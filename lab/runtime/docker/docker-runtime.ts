import type Docker from "dockerode";
import type { LabPlan } from "../../plan/plan.ts";
import type { Runtime, UpOptions } from "../runtime.ts";
import { writeWhole } from "../write-whole.ts";
import { actOn } from "./act.ts";
import { connect } from "./client.ts";
import { composeDocument } from "./compose-file.ts";
import { removeLab } from "./down.ts";
import type { Engine } from "./engine.ts";
import { prepareFolders } from "./folders.ts";
import { callerIds, identityFor } from "./identity.ts";
import { ensureImage, imageOf, pruneImages } from "./image.ts";
import { linkSupport } from "./link-support.ts";
import { labLogs } from "./logs.ts";
import { allLabs, labNodes } from "./nodes.ts";
import { ownerMarks } from "./owner.ts";
import { shapeLinks } from "./shape-links.ts";
import { proveSharedFiles } from "./shared-files.ts";
import { surveyEngine } from "./survey.ts";
import { tcImageOf } from "./tc-image.ts";
import { clearTheWay, composeUp } from "./up.ts";

export interface DockerRuntimeOptions {
  readonly engine: Engine;
  /** Folder of the node bundle (`.build/node`); absolute. */
  readonly programs: string;
  /** The file whose service `node` every container extends (`images/node/compose.yaml`); absolute. */
  readonly base: string;
  /** Builds the image even when it is there. */
  readonly build?: boolean;
  /** Asks no registry for anything. */
  readonly offline?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** Nodes as containers: Compose makes and starts them, the engine's API does the rest. */
export function dockerRuntime(options: DockerRuntimeOptions): Runtime {
  const { engine } = options;
  let connection: Promise<Docker> | undefined;
  const client = () => {
    connection ??= connect(engine.host);
    return connection;
  };
  return {
    kind: "docker",
    engine: engine.host,
    up: async (plan, runtimeOptions) => up(await client(), options, plan, runtimeOptions),
    act: async (lab, node, action) => {
      await actOn(await client(), lab, node, action);
      if (action === "start") await shapeLinks(await client(), engine, lab, { ...tcOptions(options), only: [node] });
    },
    links: async (lab, runtimeOptions) =>
      linkSupport(await client(), engine, lab, { ...tcOptions(options), ...runtimeOptions }),
    nodes: async (lab) => labNodes(await client(), lab),
    logs: async function* (lab, query) {
      yield* labLogs(await client(), lab, query);
    },
    down: async (lab, runtimeOptions) => removeLab(await client(), lab, runtimeOptions),
    labs: async () => allLabs(await client()),
    room: async () => {
      const { memory, isHere, neighbours } = await surveyEngine(engine);
      return { memory: isHere ? Math.min(memory, process.availableMemory()) : memory, neighbours };
    },
    prune: async () => {
      await pruneImages(await client(), [await imageOf(options.programs)]);
      await pruneImages(await client(), [await tcImageOf(options.base, tcOptions(options).env)], "tc");
    },
  };
}

const tcOptions = ({ base, offline = false, env = process.env }: DockerRuntimeOptions) => ({ base, offline, env });

async function up(
  client: Docker,
  runtimeOptions: DockerRuntimeOptions,
  plan: LabPlan,
  options: UpOptions,
): Promise<void> {
  options.signal?.throwIfAborted();
  const { engine, programs, base, build = false, offline = false, env = process.env } = runtimeOptions;
  const identity = identityFor(engine, callerIds());
  const [image, folder] = await Promise.all([
    ensureImage(client, engine, { ...options, programs, always: build, offline, env }),
    prepareFolders(plan, identity),
    clearTheWay(client, plan, options),
  ]);
  await proveSharedFiles(client, engine, { plan, image, identity });
  const { composeText } = await import("./compose-text.ts");
  const document = composeDocument(plan, { base, image, identity, engine, owner: ownerMarks() });
  writeWhole(folder.compose, composeText(document));
  await composeUp(client, engine, plan, env, options);
  await shapeLinks(client, engine, plan.lab, { ...tcOptions(runtimeOptions), ...options });
}
