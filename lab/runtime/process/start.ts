import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeNodeEnvironment } from "../../api/environment.ts";
import { LabError } from "../../errors.ts";
import { nodeFlags, nodeVariables } from "../../plan/node-flags.ts";
import type { PlanNode } from "../../plan/plan.ts";
import { labFolder } from "../folder.ts";
import type { RegisteredNode } from "../registry.ts";
import { startTime } from "../system.ts";

/** Files of a node in its run's folder. */
export interface NodeFiles {
  readonly log: string;
  /** Its exit code, once it has ended. */
  readonly exit: string;
}

export function nodeFiles(dir: string, lab: string, run: string, node: string): NodeFiles {
  const logs = join(labFolder(dir, lab).runs, run, "logs");
  return { log: join(logs, `${node}.log`), exit: join(logs, `${node}.exit`) };
}

/** What starts this node, now and again later. */
export function launchOf(node: PlanNode): RegisteredNode["launch"] {
  const environment = writeNodeEnvironment(node.environment);
  return { program: node.program, flags: nodeFlags(node), environment };
}

/**
 * The shell that leads a node's process group notes how the node ended, since the command that started it may be gone by
 * then. It outlives the signals that end the node.
 */
const SHELL = 'trap : TERM INT HUP; exit_file=$1; shift; "$@"; echo $? >"$exit_file"';

/**
 * A hundred busy peers would leave the controller a hundredth of the processor, and the desktop little more. Peers are
 * nice; where Linux shares the processor among sessions (`autogroup`) that says nothing, and the others come first
 * instead, if this user may do that.
 */
const NICE = ["nice", "-n", "10"];
const FIRST = "{ echo -10 >/proc/self/autogroup; } 2>/dev/null; ";

/**
 * Starts a node in a process group of its own, which outlives this program.
 * @param programs folder of the node bundle. @param name for messages.
 */
export function startNode(
  programs: string,
  files: NodeFiles,
  { name, role, launch }: { name: string; role: string; launch: RegisteredNode["launch"] },
): RegisteredNode {
  mkdirSync(dirname(files.log), { recursive: true });
  rmSync(files.exit, { force: true });
  const data = launch.environment.LAB_DATA;
  if (data) mkdirSync(data, { recursive: true });
  const output = openSync(files.log, "a");
  const program = [process.execPath, ...launch.flags, join(programs, `${launch.program}.mjs`)];
  try {
    const [shell, command] = launch.program === "peer" ? [SHELL, [...NICE, ...program]] : [FIRST + SHELL, program];
    const child = spawn("/bin/sh", ["-c", shell, "lab-node", files.exit, ...command], {
      detached: true,
      cwd: data || dirname(files.log),
      stdio: ["ignore", output, output],
      env: { PATH: process.env.PATH, ...nodeVariables, ...launch.environment },
    });
    child.on("error", () => {});
    child.unref();
    if (child.pid === undefined) throw cannotStart(name);
    const started = startTime(child.pid);
    return { pid: child.pid, started, startedAt: Date.now(), role, wanted: "running", launch };
  } finally {
    closeSync(output);
  }
}

function cannotStart(name: string): LabError {
  return new LabError("environment", `cannot start a process for ${name}`, {
    hint: "The system may be out of processes or memory: `ulimit -u` and `free -m` tell.",
  });
}
