import { readFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import * as z from "zod";
import type { NodeEnvironment } from "../api/environment.ts";
import { type RunPlan, runPlan } from "../api/run-plan.ts";
import { hasCode, LabError, messageOf } from "../errors.ts";
import { parseJson } from "../parse-json.ts";
import { type Journal, type JournalOptions, openJournal } from "./journal.ts";
import { planProblem } from "./plan-problem.ts";

export async function readPlan(file: string): Promise<RunPlan> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new LabError("environment", `cannot read the run's plan: ${messageOf(cause)}`, { cause });
  });
  const parsed = runPlan.safeParse(parseJson(text));
  const problem = parsed.success ? planProblem(parsed.data) : z.prettifyError(parsed.error);
  if (parsed.success && problem === undefined) return parsed.data;
  throw new LabError("usage", `${file} is no plan of a run: ${problem}`, { hint: "`lab up` writes a new one" });
}

export async function openRunJournal(
  folder: string,
  { run }: RunPlan,
  onLine: JournalOptions["onLine"],
): Promise<Journal> {
  try {
    return await openJournal({ path: join(folder, "journal.jsonl"), run, onLine });
  } catch (cause) {
    throw new LabError("environment", `cannot open the journal: ${messageOf(cause)}`, {
      hint: "its folder must be writable by the user that runs the controller",
      cause,
    });
  }
}

/** The port that it listens on. */
export function listen(server: Server, { host, port }: NodeEnvironment): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const taken = hasCode(cause, "EADDRINUSE");
      const message = taken ? `port ${port} of ${host} is taken` : `cannot listen on ${host}:${port}: ${cause.message}`;
      reject(new LabError("environment", message, { hint: "choose another one with --port", cause }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** The port in the API's public address, which may be another than the one it listens on (a container's). */
export function publishedPort(url: string): number[] {
  const parsed = URL.parse(url);
  return parsed ? [Number(parsed.port || 80)] : [];
}
