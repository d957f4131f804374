import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { PATIENCE } from "../eventually.fixture.ts";
import { testPlan } from "./controller.fixture.ts";

test("R01: SIGTERM ends the program within two seconds, with its journal on disk and exit code 0", async () => {
  const run = await runFolder(JSON.stringify(testPlan([])));
  const child = start(run);
  const [said] = await once(child.stdout ?? child, "data");
  const url = /http:\S+/.exec(String(said))?.[0] ?? "";
  const watching = await fetch(`${url}/v1/events`, { headers: { authorization: "Bearer secret" } });
  const body = JSON.stringify({ type: "mark", text: "the last word" });
  const headers = { authorization: "Bearer secret", "content-type": "application/json" };
  await (await fetch(`${url}/v1/commands`, { method: "POST", headers, body })).json();
  const before = performance.now();
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(performance.now() - before).toBeLessThan(PATIENCE);
  await watching.text();
  expect(await readFile(join(run, "runs/run-1/journal.jsonl"), "utf8")).toContain('"the last word"');
});

test.each<[string, string | undefined, number, string]>([
  ["no plan", undefined, 3, "cannot read the run's plan"],
  ["a plan that is no JSON", "{", 2, "is no plan of a run"],
  ["a plan of another shape", "{}", 2, "is no plan of a run"],
])("with %s it ends at once and says so", async (_, plan, code, message) => {
  const child = start(await runFolder(plan));
  const errors = text(child);
  expect(await once(child, "exit")).toEqual([code, null]);
  expect(await errors).toContain(message);
});

test("a port that is taken is named", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = String(typeof address === "object" && address ? address.port : 0);
  const child = start(await runFolder(JSON.stringify(testPlan([]))), { LAB_PORT: port });
  const errors = text(child);
  expect(await once(child, "exit")).toEqual([3, null]);
  expect(await errors).toContain(`port ${port} of 127.0.0.1 is taken`);
});

async function runFolder(plan: string | undefined): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "lab-controller-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, "runs/run-1"), { recursive: true });
  await mkdir(join(root, "secrets"));
  await writeFile(join(root, "secrets/admin"), "secret");
  if (plan !== undefined) await writeFile(join(root, "runs/run-1/plan.json"), plan);
  return root;
}

function start(root: string, more: Record<string, string> = {}): ChildProcess {
  const env = { LAB_RUNS: join(root, "runs"), LAB_RUN: "run-1", LAB_SECRETS: join(root, "secrets"), ...more };
  const program = join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function text({ stderr }: ChildProcess): Promise<string> {
  let all = "";
  for await (const chunk of stderr ?? []) all += chunk;
  return all;
}
