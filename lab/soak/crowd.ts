import type { RuntimeKind } from "../api/words.ts";
import { bytes, openScene } from "../e2e/scene.ts";
import type { Log } from "./log.ts";

export interface CrowdOptions {
  readonly runtime: RuntimeKind;
  readonly peers: number;
  /** Whether it is fine that so many are refused beforehand, with numbers. */
  readonly mayBeRefused?: boolean;
}

/** G05: a crowd completes. @returns what went wrong. */
export async function crowd(
  { runtime, peers, mayBeRefused = false }: CrowdOptions,
  log: Log,
  signal?: AbortSignal,
): Promise<string[]> {
  await using scene = await openScene(runtime, "crowd", signal);
  scene.source("film.bin", bytes(1 << 20, "crowd"));
  const started = performance.now();
  const size = ["--leechers", String(peers), "--until", "complete", "--timeout", "900"];
  const up = await scene.lab("up", "--name", scene.name, "--runtime", runtime, "--profile", "quick", ...size);
  const seconds = Math.round((performance.now() - started) / 1000);
  if (mayBeRefused && up.code === 3 && /\d/.test(up.stderr)) {
    log(`refused beforehand: ${up.stderr.trim()}`);
    return [];
  }
  if (up.code !== 0) return [`up of ${peers} ended with ${up.code} after ${seconds} s: ${up.stderr.slice(-600)}`];
  const status = await scene.status();
  const memory = status.nodes.reduce((sum, node) => sum + (node.memory ?? 0), 0);
  log(`${peers} leechers complete after ${seconds} s, ${Math.round(memory / 1024 ** 2)} MiB private in all`);
  const idle = status.nodes.filter(({ state }) => state !== "running").map(({ name, state }) => `${name} is ${state}`);
  const verified = await scene.lab("verify", "--name", scene.name);
  await scene.ok("down", scene.name);
  const left = (await scene.leftovers()).map((one) => `${one} is left`);
  return [...idle, ...(verified.code === 0 ? [] : [verified.stdout]), ...left];
}
