import type { RuntimeEvent } from "../runtime.ts";

type Step = Pick<RuntimeEvent, "phase" | "done">;

const steps: Record<string, Step> = {
  Creating: { phase: "create", done: false },
  Created: { phase: "create", done: true },
  Recreate: { phase: "create", done: false },
  Recreated: { phase: "create", done: true },
  Starting: { phase: "start", done: false },
  Started: { phase: "start", done: true },
  Running: { phase: "start", done: true },
  Stopping: { phase: "stop", done: false },
  Stopped: { phase: "stop", done: true },
  Removing: { phase: "remove", done: false },
  Removed: { phase: "remove", done: true },
};

/**
 * A line of `docker compose --progress plain` as an event, if it says that something happened to an object of this
 * project: ` Container lab-demo-leecher-1-1  Started`, ` Network "lab-demo-r1-swarm"  Creating`.
 */
export function composeEvent(line: string, project: string): RuntimeEvent | undefined {
  const [, kind, object = "", word = ""] =
    /^\s*(Container|Network|Volume)\s+"?([\w.-]+)"?\s+([A-Z][a-z]+)\b/.exec(line) ?? [];
  const step = steps[word];
  if (!kind || !step || !object.startsWith(`${project}-`)) return undefined;
  const name = object.slice(project.length + 1);
  return { ...step, subject: kind === "Container" ? name.replace(/-\d+$/, "") : `${kind.toLowerCase()} ${name}` };
}

/**
 * A line of a plain image build as an event: BuildKit's `#6 [2/4] RUN mkdir …`, the classic builder's
 * `Step 2/4 : RUN mkdir …` and Podman's `STEP 2/4: RUN mkdir …`.
 */
export function buildEvent(line: string, image: string): RuntimeEvent | undefined {
  const [, modern, classic, command] = /^(?:#\d+ \[(\d+\/\d+)\]|step (\d+\/\d+) ?:)\s+(.+)$/i.exec(line.trim()) ?? [];
  if (!command) return undefined;
  return { phase: "build", subject: image, done: false, detail: `${modern ?? classic} ${command}` };
}
