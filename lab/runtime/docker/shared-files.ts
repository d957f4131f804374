import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { LabError } from "../../errors.ts";
import type { LabPlan } from "../../plan/plan.ts";
import { labFolder } from "../folder.ts";
import type { Engine } from "./engine.ts";
import { LABEL_SCHEMA, labels } from "./labels.ts";

/**
 * Proves that containers see the files of this folder, where the engine may run on another file system (through a tunnel,
 * in a virtual machine that shares only some folders): one container compares a fresh secret.
 * @throws LabError environment when they do not.
 */
export async function proveSharedFiles(client: Docker, engine: Engine, plan: LabPlan, image: string): Promise<void> {
  if (engine.sharesFiles) return;
  const { root } = labFolder(plan.dir, plan.lab);
  await mkdir(root, { recursive: true });
  const folder = await mkdtemp(join(root, "proof-"));
  try {
    const proof = randomUUID();
    await writeFile(join(folder, "proof"), proof);
    if (!(await sees(client, plan, image, folder, proof))) throw notShared(engine, plan);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const PROGRAM = "process.exitCode = require('fs').readFileSync('/proof/proof', 'utf8') === process.argv[1] ? 0 : 1";

async function sees(client: Docker, plan: LabPlan, image: string, folder: string, proof: string): Promise<boolean> {
  const container = await client.createContainer({
    Image: image,
    Cmd: ["node", "-e", PROGRAM, proof],
    User: "0:0",
    NetworkDisabled: true,
    Labels: {
      [labels.lab]: plan.lab,
      [labels.run]: plan.run.run,
      [labels.dir]: plan.dir,
      [labels.schema]: LABEL_SCHEMA,
    },
    HostConfig: { Binds: [`${folder}:/proof:ro`], CapDrop: ["ALL"], ReadonlyRootfs: true },
  });
  try {
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return StatusCode === 0;
  } finally {
    await container.remove({ force: true, v: true });
  }
}

function notShared({ source, host }: Engine, { dir }: LabPlan): LabError {
  return new LabError("environment", `the engine of ${source} (${host}) cannot see ${dir}`, {
    hint: "use an engine of this machine, share the folder with its virtual machine, or use --runtime process",
  });
}
