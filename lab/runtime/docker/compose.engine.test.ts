import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LabStatus } from "../../api/status.ts";
import { atHand } from "../../at-hand.fixture.ts";
import { run } from "./command.ts";
import { dockerRuntime } from "./docker-runtime.ts";
import { clientEnvironment } from "./engine.ts";
import { base, engineAtHand, root } from "./engine-at-hand.ts";

const engine = await engineAtHand();
const built = atHand("build (npm run build)", existsSync(join(root, ".build/node/peer.mjs")));

/** What the README promises of `compose.yaml` to people who do not use the command line, on the real programs. */
describe.skipIf(!engine || !built)("compose.yaml alone", { timeout: 120_000 }, () => {
  let dir: string;
  const project = `lab-plain-${process.pid.toString(36)}`;

  async function compose(...args: string[]): Promise<string> {
    if (!engine) throw new Error("skipped");
    const argv = [...engine.compose.command, "--project-name", project, "--file", join(dir, "compose.yaml"), ...args];
    const result = await run(argv, { cwd: dir, env: clientEnvironment(engine, process.env) });
    if (result.exitCode !== 0) throw new Error(result.tail.join("\n"));
    return result.stdout;
  }

  /** From within: nothing is published. */
  async function status(): Promise<LabStatus> {
    const program = `
      const token = require("fs").readFileSync("/shared/secrets/admin", "utf8");
      fetch("http://127.0.0.1:7070/v1/status", { headers: { authorization: "Bearer " + token } })
        .then((answer) => answer.text()).then(console.log);`;
    return JSON.parse(await compose("exec", "-T", "controller", "node", "-e", program)) as LabStatus;
  }

  beforeAll(() => {
    if (!engine || !built) return;
    dir = mkdtempSync(join(tmpdir(), "lab-compose-"));
    for (const part of ["compose.yaml", "images", ".build/node"]) {
      cpSync(join(root, part), join(dir, part), { recursive: true });
    }
    mkdirSync(join(dir, "sources"));
    writeFileSync(join(dir, "sources/demo.bin"), Buffer.alloc(4 * 1024 ** 2, "torrent-lab"));
    chmodSync(dir, 0o755);
  });

  afterAll(async () => {
    if (!engine || !built) return;
    await compose("down", "--volumes", "--rmi", "all", "--timeout", "2");
    rmSync(dir, { recursive: true });
  }, 60_000);

  test("completes a swarm, with the leechers named by the controller", async () => {
    await compose("up", "--detach", "--scale", "leecher=3");
    const deadline = performance.now() + 90_000;
    let seen = await status();
    while (seen.lab.state !== "complete" && performance.now() < deadline) {
      await wait(250);
      seen = await status();
    }
    const leechers = seen.nodes.filter(({ role }) => role === "leecher");
    expect(leechers.map(({ name, torrents }) => [name, torrents.map(({ progress }) => progress)]).sort()).toEqual([
      ["leecher-1", [1]],
      ["leecher-2", [1]],
      ["leecher-3", [1]],
    ]);
  });

  test("is listed as a foreign lab and left alone by down", async () => {
    if (!engine) return;
    const runtime = dockerRuntime({ engine, programs: join(root, ".build/node"), base });
    const listed = (await runtime.labs()).filter(({ lab }) => lab === project);
    expect(listed).toMatchObject([{ origin: "foreign", dir, running: 6, nodes: 7 }]);
    expect(await runtime.down(project, {})).toEqual({ nodes: 0, networks: 0, volumes: 0, left: [] });
    expect((await runtime.labs()).find(({ lab }) => lab === project)?.running).toBe(6);
  });

  test("a peer sees no token but the nodes' own", async () => {
    const look = 'console.log(require("fs").readdirSync("/token").join(), require("fs").readdirSync("/shared").join())';
    expect((await compose("exec", "-T", "leecher", "node", "-e", look)).trim()).toBe("node");
  });
});
