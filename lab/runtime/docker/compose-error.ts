import { LabError } from "../../errors.ts";
import type { LabPlan } from "../../plan/plan.ts";
import type { CommandResult } from "./command.ts";

/** A failed `docker compose up` in the user's words: the known causes by name, any other with Compose's last lines. */
export function composeError({ tail, startError }: CommandResult, plan: Pick<LabPlan, "port" | "lab">): LabError {
  const text = tail.join("\n");
  if (startError)
    return new LabError("environment", "Docker Compose has gone missing", { hint: "lab doctor says more" });
  if (/port is already allocated|address already in use|ports are not available/i.test(text)) {
    return new LabError("environment", `port ${plan.port} of 127.0.0.1 is taken`, {
      hint: "choose another one with --port",
    });
  }
  const taken = /container name "\/?([^"]+)" is already in use/i.exec(text)?.[1];
  if (taken) {
    return new LabError("conflict", `a container called ${taken} is there already and is not this lab's`, {
      hint: "give this lab another name with --name",
    });
  }
  if (/non-overlapping IPv4 address pool|predefined address pools/i.test(text)) {
    return new LabError("environment", "the engine has no addresses left for another network", {
      hint: "lab ls shows the labs that run; docker network prune removes networks that nobody uses",
    });
  }
  if (/no space left on device/i.test(text)) {
    return new LabError("environment", `the engine's disk is full:\n${text}`, {
      hint: "docker system df shows what takes it",
    });
  }
  return new LabError("environment", `Docker Compose could not start lab ${plan.lab}:\n${text}`);
}
