import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Bench, openBench } from "../contract-lab.ts";
import type { Runtime } from "../runtime.ts";
import { connect } from "./client.ts";
import { dockerRuntime } from "./docker-runtime.ts";
import { base, engineAtHand, forgetImage } from "./engine-at-hand.ts";
import { ensureImage } from "./image.ts";
import { projectOf } from "./labels.ts";
import { proveSharedFiles } from "./shared-files.ts";

const engine = await engineAtHand();
/** Where the engine is asked, if another can be put before it there. */
const socket = engine?.host.startsWith("unix://") ? engine.host.slice("unix://".length) : "";

/** Also labs that others started. */
describe.skipIf(!engine)("what is in the way of a lab", { timeout: 60_000 }, () => {
  let client: Docker;
  let bench: Bench;
  let runtime: Runtime;
  let image: string;
  const started = new Set<string>();
  const others: Docker.Container[] = [];

  beforeAll(async () => {
    if (!engine) return;
    client = await connect(engine.host);
    bench = await openBench("docker");
    runtime = dockerRuntime({ engine, programs: bench.programs, base });
    image = await ensureImage(client, engine, {
      programs: bench.programs,
      always: false,
      offline: false,
      env: process.env,
    });
  }, 60_000);

  afterEach(async () => {
    for (const other of others.splice(0)) await other.remove({ force: true });
    for (const lab of started) await runtime.down(lab, {});
    started.clear();
  });

  afterAll(async () => {
    if (!engine) return;
    await forgetImage(engine, bench.programs);
    bench[Symbol.dispose]();
  });

  const plan = (lab: string) => {
    const made = bench.plan(lab, ["leecher-1"]);
    started.add(made.lab);
    return made;
  };

  async function other(name: string, marks: Record<string, string>): Promise<Docker.Container> {
    const program = "setInterval(() => {}, 1000)";
    const HostConfig = { Init: true };
    const container = await client.createContainer({
      name,
      Image: image,
      Cmd: ["node", "-e", program],
      Labels: marks,
      HostConfig,
    });
    others.push(container);
    await container.start();
    return container;
  }

  const runs = async (container: Docker.Container) => (await container.inspect()).State.Running;

  test("L13: somebody else's Compose project of the same name: a conflict, and left alone", async () => {
    const wanted = plan("project");
    const container = await other(`${bench.prefix}-web`, { "com.docker.compose.project": projectOf(wanted.lab) });
    await expect(runtime.up(wanted, {})).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringContaining(`${bench.prefix}-web`),
    });
    expect(await runtime.nodes(wanted.lab)).toEqual([]);
    expect(await runs(container)).toBe(true);
  });

  test("L13: somebody else's container of the same name: a conflict, and left alone", async () => {
    const wanted = plan("container");
    const name = `${projectOf(wanted.lab)}-leecher-1-1`;
    const container = await other(name, {});
    await expect(runtime.up(wanted, {})).rejects.toMatchObject({ exitCode: 5, message: expect.stringContaining(name) });
    expect((await runtime.down(wanted.lab, {})).left).toEqual([]);
    expect(await runs(container)).toBe(true);
  });

  test("L13: somebody else's network of the same name: said, and left alone", async () => {
    const wanted = plan("network");
    const name = `${projectOf(wanted.lab)}-r1-swarm`;
    const network = await client.createNetwork({ Name: name });
    try {
      await expect(runtime.up(wanted, {})).rejects.toMatchObject({
        exitCode: 5,
        message: expect.stringContaining(name),
      });
      expect((await runtime.down(wanted.lab, {})).left).toEqual([]);
      expect(await network.inspect()).toMatchObject({ Id: network.id, Name: name });
    } finally {
      await network.remove();
    }
  });

  test("L13: somebody else's volume of the same name: said, and neither used nor removed", async () => {
    const wanted = plan("volume");
    const name = `${projectOf(wanted.lab)}-r1-leecher-1`;
    await client.createVolume({ Name: name, Labels: { whose: "mine" } });
    try {
      await expect(runtime.up(wanted, {})).rejects.toMatchObject({
        exitCode: 5,
        message: expect.stringContaining(name),
      });
      expect((await runtime.down(wanted.lab, {})).left).toEqual([]);
      expect(await client.getVolume(name).inspect()).toMatchObject({ Labels: { whose: "mine" } });
    } finally {
      await client.getVolume(name).remove();
    }
  });

  test("L14: a taken port is named, and down leaves nothing", async () => {
    const wanted = plan("port");
    const holder = await client.createContainer({
      Image: image,
      Cmd: ["node", "-e", "setInterval(() => {}, 1000)"],
      ExposedPorts: { "1/tcp": {} },
      HostConfig: { Init: true, PortBindings: { "1/tcp": [{ HostIp: "127.0.0.1", HostPort: String(wanted.port) }] } },
    });
    others.push(holder);
    await holder.start();
    await expect(runtime.up(wanted, {})).rejects.toMatchObject({
      exitCode: 3,
      message: `port ${wanted.port} of 127.0.0.1 is taken`,
    });
    expect((await runtime.down(wanted.lab, {})).left).toEqual([]);
    expect(await runtime.nodes(wanted.lab)).toEqual([]);
  });

  test("a guest in the swarm's network is shown out by down, not removed", async () => {
    const wanted = plan("guest");
    await runtime.up(wanted, {});
    const guest = await other(`${bench.prefix}-guest`, {});
    await client.getNetwork(`${projectOf(wanted.lab)}-r1-swarm`).connect({ Container: guest.id });
    expect(await runtime.down(wanted.lab, {})).toEqual({ nodes: 4, networks: 2, volumes: 1, left: [] });
    expect(await runs(guest)).toBe(true);
  });

  test.runIf(socket)(
    "L05: a network that the engine does not give up is named; the next run is not in its way",
    async () => {
      if (!engine) throw new Error("skipped");
      const wanted = plan("stuck");
      await runtime.up(wanted, {});
      const shim = await refusingEngine(socket);
      try {
        const stubborn = dockerRuntime({
          engine: { ...engine, host: `unix://${shim.path}` },
          programs: bench.programs,
          base,
        });
        const removed = await stubborn.down(wanted.lab, {});
        expect(removed).toMatchObject({ nodes: 4, networks: 0, volumes: 1 });
        expect(removed.left).toHaveLength(2);
        expect(removed.left.join()).toMatch(/-r1-swarm: .*active endpoints/);
      } finally {
        shim.close();
      }
      await runtime.up(bench.plan("stuck", ["leecher-1"], "r2"), {});
      expect((await runtime.nodes(wanted.lab)).every(({ state, run }) => state === "running" && run === "r2")).toBe(
        true,
      );
      expect(await runtime.down(wanted.lab, {})).toMatchObject({ nodes: 4, networks: 2, left: [] });
    },
  );

  test.runIf(socket)(
    "an engine that does not see this folder is refused before anything starts; one that proves it does is not",
    async () => {
      if (!engine) throw new Error("skipped");
      const wanted = plan("far");
      const doubtful = (host: string) =>
        dockerRuntime({ engine: { ...engine, host, sharesFiles: false }, programs: bench.programs, base });
      const shim = await farEngine(socket);
      try {
        await expect(doubtful(`unix://${shim.path}`).up(wanted, {})).rejects.toMatchObject({
          exitCode: 3,
          message: expect.stringContaining(`cannot see ${bench.dir}`),
        });
      } finally {
        shim.close();
      }
      expect(await runtime.labs()).not.toContainEqual(expect.objectContaining({ lab: wanted.lab }));
      await doubtful(engine.host).up(wanted, {});
      expect(await runtime.nodes(wanted.lab)).toHaveLength(4);
    },
  );

  test.runIf(socket && process.getuid?.() === 0).each([
    ["the caller", 4321],
    ["another user", 1000],
  ])("an engine that sees the folder of a caller who is not root is taken, its nodes being %s", async (_, uid) => {
    if (!engine) throw new Error("skipped");
    const shim = await strangersEngine(socket, 4321);
    try {
      const proof = {
        plan: plan("near"),
        image,
        identity: { user: `${uid}:${uid}`, userns: undefined, owner: undefined },
      };
      await proveSharedFiles(await connect(`unix://${shim.path}`), { ...engine, sharesFiles: false }, proof);
    } finally {
      shim.close();
    }
  });

  test("a lab of compose.yaml alone is listed as foreign", async () => {
    const project = `${bench.prefix}-plain`;
    await other(`${project}-seeder-1`, {
      "lab.schema": "1",
      "lab.origin": "compose",
      "com.docker.compose.project": project,
      "com.docker.compose.project.working_dir": bench.dir,
    });
    expect((await runtime.labs()).filter(({ lab }) => lab === project)).toEqual([
      { lab: project, run: "", runtime: "docker", dir: bench.dir, origin: "foreign", running: 1, nodes: 1 },
    ]);
    expect(await runtime.down(project, {})).toMatchObject({ nodes: 0, left: [] });
    expect(await Promise.all(others.map(runs))).toEqual([true]);
  });
});

interface Shim {
  readonly path: string;
  close(): void;
}

/** The engine behind a socket that refuses to remove networks, as engines do that have lost count of endpoints. */
const refusingEngine = (socketPath: string) =>
  shim(socketPath, (incoming) =>
    incoming.method === "DELETE" && incoming.url?.includes("/networks/")
      ? { status: 403, message: "error while removing network: network has active endpoints" }
      : undefined,
  );

/** The engine of a machine with other files: what it is to bind, it finds somewhere else. */
const farEngine = (socketPath: string) =>
  shim(
    socketPath,
    () => undefined,
    (body) => body.replaceAll(/("Source":"[^"]+)"/g, '$1-there"'),
  );

/** The engine as it is asked by a user who is not root: what it is to bind, that user has made. */
const strangersEngine = (socketPath: string, uid: number) =>
  shim(
    socketPath,
    () => undefined,
    (body) => {
      const folder = /"Source":"([^"]+)"/.exec(body)?.[1];
      for (const path of folder ? [folder, join(folder, "proof")] : []) chownSync(path, uid, uid);
      return body;
    },
  );

/** Hands everything on to the engine but what `refuse` answers; `rewrite` changes what is asked. */
async function shim(
  socketPath: string,
  refuse: (incoming: IncomingMessage) => { status: number; message: string } | undefined,
  rewrite: (body: string) => string = (body) => body,
): Promise<Shim> {
  const folder = mkdtempSync(join(tmpdir(), "lab-shim-"));
  const path = join(folder, "docker.sock");
  const server = createServer(async (incoming, response) => {
    const refused = refuse(incoming);
    if (refused) {
      response.writeHead(refused.status, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: refused.message }));
      return;
    }
    const body = rewrite(await text(incoming));
    const { method, url, headers } = incoming;
    const length = body ? { "content-length": String(Buffer.byteLength(body)) } : {};
    const onward = request({ socketPath, method, path: url, headers: { ...headers, ...length } }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.end(body);
  });
  await new Promise<void>((listening) => server.listen(path, listening));
  return {
    path,
    close: () => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
