import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { LabError } from "../../errors.ts";
import { sampleFile } from "../../torrents/sample.ts";
import { formatBytes, formatDuration } from "../../units.ts";
import { catchInterrupts } from "../interrupts.ts";
import type { World } from "../world.ts";
import type { Finding } from "./judge.ts";

const SIZE = 2 * 1024 ** 2;
/** Seconds: an image may have to be built first. */
const PATIENCE = 120;

/**
 * Runs a swarm of two peers to its end, compares what arrived, and removes it: a lab of its own in a folder of its own.
 * @throws an interrupt's error, when it has removed all of it.
 */
export async function smoke(world: World, kind: "auto" | "docker" | "process"): Promise<Finding> {
  const id = { id: "smoke", title: "a swarm of two" };
  using interrupts = catchInterrupts();
  const dir = mkdtempSync(join(tmpdir(), "lab-smoke-"));
  const said: string[] = [];
  try {
    const runtime = await tryOut({ ...world, ...mute(said), dir }, kind, interrupts.signal);
    return { ...id, verdict: "ok", detail: `${runtime}; nothing is left of it` };
  } catch (error) {
    if (interrupts.signal.aborted) throw interrupts.signal.reason;
    if (!(error instanceof LabError)) throw error;
    const detail = [error.message, said.at(-1)?.trim()].filter(Boolean).join("; it said last: ");
    return { ...id, verdict: "failed", detail, fix: error.hint ?? "The checks above say what may be wrong." };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function tryOut(world: World, kind: "auto" | "docker" | "process", signal: AbortSignal): Promise<string> {
  const name = `doctor-${randomBytes(3).toString("hex")}`;
  // For the user of the containers, who may be another.
  chmodSync(world.dir, 0o755);
  mkdirSync(join(world.dir, "sources"));
  await sampleFile(join(world.dir, "sources/smoke.bin"), SIZE, { signal });
  const begin = performance.now();
  try {
    await bringUp(world, name, kind);
    const took = formatDuration((performance.now() - begin) / 1000);
    signal.throwIfAborted();
    const { verify } = await import("../verify/verify.ts");
    if ((await verify(world, { name, json: false })) !== 0)
      throw new LabError("node", "what arrived is not what was shared");
    return `moved ${formatBytes(SIZE)} in ${took}, start included, byte by byte`;
  } finally {
    const { down } = await import("../down/down.ts");
    await down(world, name, { volumes: true, all: false, json: false });
  }
}

async function bringUp(world: World, name: string, runtime: "auto" | "docker" | "process"): Promise<void> {
  const { up } = await import("../up/up.ts");
  await up(world, {
    profile: ["quick"],
    name,
    runtime,
    leechers: 1,
    scale: {},
    detach: true,
    wait: false,
    until: "complete",
    timeout: PATIENCE,
    plain: true,
    json: false,
    dryRun: false,
    build: false,
    offline: false,
    keepLive: false,
    theme: "default",
    projector: false,
  });
}

/** Streams that nobody sees; what is written to them is kept. */
function mute(said: string[]): Pick<World, "stdout" | "stderr"> {
  const stream = () =>
    new Writable({
      write(chunk, _encoding, done) {
        said.push(String(chunk));
        done();
      },
    }) as unknown as NodeJS.WriteStream;
  return { stdout: stream(), stderr: stream() };
}
