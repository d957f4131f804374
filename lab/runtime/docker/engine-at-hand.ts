import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { atHand } from "../../at-hand.fixture.ts";
import { connect } from "./client.ts";
import { detectEngine } from "./detect.ts";
import type { Engine } from "./engine.ts";
import { imageOf } from "./image.ts";

/** The package's folder. */
export const root = fileURLToPath(new URL("../../..", import.meta.url));
/** The hardened service that tests' containers extend as well. */
export const base = join(root, "images/node/compose.yaml");

/** The engine for tests on real containers, if one answers. */
export async function engineAtHand(): Promise<Engine | undefined> {
  const detection = await detectEngine();
  if ("engine" in detection) return detection.engine;
  const reasons = detection.skipped.map(({ candidate, reason }) => `${candidate}: ${reason}`).join("; ");
  atHand(`container engine (${reasons})`, false);
  return undefined;
}

/** Removes the image that a test's bundle was built into. */
export async function forgetImage(engine: Engine, programs: string): Promise<void> {
  const client = await connect(engine.host);
  await client.getImage(await imageOf(programs)).remove();
}
