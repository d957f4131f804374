import { LabError } from "../../errors.ts";
import type { LabPlan } from "../../plan/plan.ts";
import type { CommandResult } from "./command.ts";

type Known = Pick<LabPlan, "port" | "lab">;

const PORT_IN_USE = /port is already allocated|address already in use|ports are not available/i;

/** A failed `docker compose up` in the user's words: the known causes by name, any other with Compose's last lines. */
export function composeError({ tail, startError }: CommandResult, plan: Known): LabError {
  const text = tail.join("\n");
  if (startError)
    return new LabError("environment", "Docker Compose has gone missing", { hint: "lab doctor says more" });
  const aboutPort = tail.find((line) => PORT_IN_USE.test(line));
  if (aboutPort !== undefined) return portIsTaken(aboutPort, plan);
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

/** The port that the line names, which may be the web UI's: that one is picked, not chosen. */
function portIsTaken(line: string, { port: controllers, lab }: Known): LabError {
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? controllers);
  const hint =
    port === controllers
      ? "choose another one with --port"
      : `end the program that has it, or begin anew with lab down ${lab}: a free one is picked`;
  return new LabError("environment", `port ${port} of 127.0.0.1 is taken`, { hint });
}
