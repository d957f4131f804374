import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { writeNodeEnvironment } from "../../api/environment.ts";
import { LabError } from "../../errors.ts";
import { type LabPlan, nodeFlags, type PlanNode } from "../../plan/plan.ts";
import { labFolder } from "../folder.ts";
import type { RegisteredNode } from "../registry.ts";
import { startTime } from "../system.ts";

/** Where a node's output goes. */
export function logFile(dir: string, lab: string, run: string, node: string): string {
  return join(labFolder(dir, lab).runs, run, "logs", `${node}.log`);
}

/** Starts a node as the leader of a process group of its own, which outlives this program. */
export function startNode(programs: string, plan: LabPlan, node: PlanNode): RegisteredNode {
  const log = logFile(plan.dir, plan.lab, plan.run.run, node.name);
  mkdirSync(join(log, ".."), { recursive: true });
  mkdirSync(node.environment.data, { recursive: true });
  const output = openSync(log, "a");
  try {
    const child = spawn(process.execPath, [...nodeFlags, join(programs, `${node.program}.mjs`)], {
      detached: true,
      cwd: node.environment.data,
      stdio: ["ignore", output, output],
      env: { PATH: process.env.PATH, NODE_ENV: "production", ...writeNodeEnvironment(node.environment) },
    });
    child.on("error", () => {});
    child.unref();
    if (child.pid === undefined) {
      throw new LabError("environment", `cannot start a process for ${node.name}`, {
        hint: "The system may be out of processes or memory: `ulimit -u` and `free -m` tell.",
      });
    }
    return { pid: child.pid, started: startTime(child.pid), role: node.role, wanted: "running" };
  } finally {
    closeSync(output);
  }
}
