import { randomUUID } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { LabError } from "../../errors.ts";
import type { LabPlan } from "../../plan/plan.ts";
import { labFolder } from "../folder.ts";
import { hasStatus } from "./client.ts";
import type { Engine } from "./engine.ts";
import { engineMessage } from "./engine-error.ts";
import type { Identity } from "./identity.ts";
import { LABEL_SCHEMA, labels } from "./labels.ts";
import { ownerMarks } from "./owner.ts";

export interface SharedFilesProof {
  readonly plan: LabPlan;
  readonly image: string;
  /** Who nodes run as: a virtual machine may show a folder to its own user and not to root. */
  readonly identity: Identity;
}

/**
 * Proves that containers see the files of this folder, where the engine may run on another file system (through a tunnel,
 * in a virtual machine that shares only some folders): one container compares a fresh secret.
 * @throws LabError environment when they do not.
 */
export async function proveSharedFiles(client: Docker, engine: Engine, proof: SharedFilesProof): Promise<void> {
  if (engine.sharesFiles) return;
  const { root } = labFolder(proof.plan.dir, proof.plan.lab);
  await mkdir(root, { recursive: true });
  const folder = await mkdtemp(join(root, "proof-"));
  try {
    const secret = randomUUID();
    await writeFile(join(folder, "proof"), secret);
    // What is proven is that files are shared, not who may read them: nodes may run as another user than the caller.
    await Promise.all([chmod(folder, 0o755), chmod(join(folder, "proof"), 0o644)]);
    if (!(await sees(client, proof, folder, secret))) throw notShared(engine, proof.plan);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const PROGRAM = "process.exitCode = require('fs').readFileSync('/proof/proof', 'utf8') === process.argv[1] ? 0 : 1";

async function sees(
  client: Docker,
  { plan, image, identity }: SharedFilesProof,
  folder: string,
  secret: string,
): Promise<boolean> {
  const container = await createUnlessMissing(client, {
    Image: image,
    Cmd: ["node", "-e", PROGRAM, secret],
    User: identity.user,
    NetworkDisabled: true,
    Labels: {
      [labels.lab]: plan.lab,
      [labels.run]: plan.run.run,
      [labels.dir]: plan.dir,
      ...ownerMarks(),
      [labels.schema]: LABEL_SCHEMA,
    },
    HostConfig: {
      Mounts: [{ Type: "bind", Source: folder, Target: "/proof", ReadOnly: true }],
      CapDrop: ["ALL"],
      ReadonlyRootfs: true,
      ...(identity.userns !== undefined && { UsernsMode: identity.userns }),
    },
  });
  if (!container) return false;
  try {
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return StatusCode === 0;
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/** `undefined` from an engine that says that it does not have the folder to bind. */
async function createUnlessMissing(
  client: Docker,
  options: Docker.ContainerCreateOptions,
): Promise<Docker.Container | undefined> {
  try {
    return await client.createContainer(options);
  } catch (error) {
    if (hasStatus(error, 400, 500) && /does not exist|no such file/i.test(engineMessage(error))) return undefined;
    throw error;
  }
}

function notShared({ source, host }: Engine, { dir }: LabPlan): LabError {
  return new LabError("environment", `the engine of ${source} (${host}) cannot see ${dir}`, {
    hint: "use an engine of this machine, share the folder with its virtual machine, or use --runtime process",
  });
}
