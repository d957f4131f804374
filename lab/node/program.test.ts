import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { PATIENCE } from "../eventually.fixture.ts";

const module = new URL("program.ts", import.meta.url).href;
const errors = new URL("../errors.ts", import.meta.url).href;

/** Runs `body` as a program; sends `signal` once it says that it is ready. */
async function run(body: string, signal?: NodeJS.Signals) {
  const source = `
    const { runProgram } = await import(${JSON.stringify(module)});
    const { LabError } = await import(${JSON.stringify(errors)});
    setInterval(() => {}, 1000);
    runProgram(async (program) => { ${body}; console.log("ready") });`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source]);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let stdout = "";
  let stderr = "";
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  child.stdout.on("data", (data) => {
    stdout += data;
    if (signal && String(data).includes("ready")) child.kill(signal);
  });
  const started = performance.now();
  const [code, ended] = await once(child, "close");
  return { code, ended, stdout, stderr, seconds: (performance.now() - started) / 1000 };
}

test.each(["SIGTERM", "SIGINT"] as const)("%s cleans up, the last thing first, and ends with 0", async (signal) => {
  const body = `program.onEnd(() => console.log("first")); program.onEnd(async () => console.log("second"))`;
  expect(await run(body, signal)).toMatchObject({ code: 0, stdout: "ready\nsecond\nfirst\n", stderr: "" });
});

test("R01: cleaning up that hangs ends within two seconds", async () => {
  const { code, seconds } = await run("program.onEnd(() => new Promise(() => {}))", "SIGTERM");
  expect(code).toBe(0);
  expect(1000 * seconds).toBeLessThan(PATIENCE);
});

test.each([
  ["a throw", `throw new Error("broken")`],
  ["a later throw", `setTimeout(() => { throw new Error("broken") })`],
  ["a lost rejection", `Promise.reject(new Error("broken"))`],
])("%s is printed once, with its stack, and ends with 1", async (_name, body) => {
  const { code, stderr } = await run(body);
  expect(code).toBe(1);
  expect(stderr.match(/Error: broken/g)).toHaveLength(1);
  expect(stderr).toContain("    at ");
});

test("an expected error is its sentence and its hint, with its own exit code", async () => {
  const body = `throw new LabError("environment", "the disk is full", { hint: "make room" })`;
  expect(await run(body)).toMatchObject({ code: 3, stderr: "the disk is full\n  make room\n" });
});
