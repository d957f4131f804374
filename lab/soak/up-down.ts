import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { RuntimeKind } from "../api/words.ts";
import { bytes, openScene } from "../e2e/scene.ts";
import { type Census, countCables, takeCensus } from "./census.ts";
import type { Log } from "./log.ts";

/** L24: a lab goes up and down many times; what is there afterwards is what was there before. @returns what grew. */
export async function upDown(runtime: RuntimeKind, times: number, log: Log, signal?: AbortSignal): Promise<string[]> {
  await using scene = await openScene(runtime, "soak", signal);
  scene.source("film.bin", bytes(256 * 1024, "soak"));
  const temporary = join(scene.dir, "tmp");
  mkdirSync(temporary, { mode: 0o777 });
  scene.env.TMPDIR = temporary;
  const problems: string[] = [];
  const every = Math.max(1, Math.floor(times / 6));
  let before: Census | undefined;
  const cables = countCables();
  for (let round = 1; round <= times; round += 1) {
    const started = performance.now();
    await scene.ok("up", "-d", "--wait", "--name", scene.name, "--runtime", runtime, "--profile", "quick");
    await scene.ok("down", scene.name, "-v");
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (round > 1 && round % every !== 0 && round !== times) continue;
    const now = await takeCensus(runtime, scene.name, temporary);
    log(`round ${round}, ${seconds} s, ${countCables()} cables: ${JSON.stringify(now)}`);
    // The first round may build an image.
    before ??= now;
    for (const [what, count] of Object.entries(now))
      if (count > (before[what] ?? 0))
        problems.push(`after round ${round}: ${count} ${what}, not ${before[what] ?? 0}`);
  }
  // Other labs of this machine have cables too: a leak of each round shows in many rounds.
  if (runtime === "docker" && times >= 50 && countCables() > cables + times / 2)
    problems.push(`${countCables()} cables, not ${cables}`);
  return [...problems, ...(await scene.leftovers()).map((left) => `${left} is left`)];
}
