import { execFileSync } from "node:child_process";
import type { RuntimeKind } from "../api/words.ts";

/**
 * The runtimes that can be tested here. Without an engine containers are left out, which is said once; where
 * `LAB_REQUIRE_DOCKER` is set that is a failure.
 */
export const runtimesHere: readonly RuntimeKind[] = engineAnswers() ? ["process", "docker"] : ["process"];

function engineAnswers(): boolean {
  try {
    execFileSync("docker", ["info", "--format", "{{.ServerVersion}}"], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 10_000,
    });
    return true;
  } catch (error) {
    if (process.env.LAB_REQUIRE_DOCKER)
      throw new Error("LAB_REQUIRE_DOCKER is set, but no Docker Engine answers", { cause: error });
    console.info("no Docker Engine answers: tests in containers are skipped");
    return false;
  }
}
