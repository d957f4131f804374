import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LabError } from "../../errors.ts";
import { PATIENCE } from "../../eventually.fixture.ts";
import type { World } from "./candidates.ts";
import { detectEngine } from "./detect.ts";

/** A machine made of real sockets and a real `docker` command in a folder; nothing of the machine under it is asked. */
let folder: string;
let servers: Server[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lab-detect-"));
  servers = [];
  mkdirSync(join(folder, "podman"));
});
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
  rmSync(folder, { recursive: true });
});

const DOCKER = { Version: "20.10.24+dfsg1", Components: [{ Name: "Engine", Version: "20.10.24+dfsg1" }] };
const PODMAN = { Version: "4.9.3", Components: [{ Name: "Podman Engine", Version: "4.9.3" }] };
const INFO = { OSType: "linux", Name: "here", SecurityOptions: ["name=seccomp,profile=default"] };

/** An engine that answers at a socket of the folder. */
async function engine(name: string, version: object = DOCKER, info: object = INFO): Promise<string> {
  const path = join(folder, name);
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.url?.includes("version") ? version : info));
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(path, listening));
  return `unix://${path}`;
}

/** The `docker` command: its context is at `host`, its Compose of this version. */
function dockerCommand(host: string, compose = "2.26.1"): void {
  const script = [
    "#!/bin/sh",
    'if [ "$1" = compose ]; then echo "$COMPOSE"; exit; fi',
    '[ -z "$DOCKER_CONTEXT" ] || { echo "context \\"$DOCKER_CONTEXT\\": not found" >&2; exit 1; }',
    `echo '[{"Name":"mine","Endpoints":{"docker":{"Host":"${host}"}}}]'`,
  ];
  writeFileSync(join(folder, "docker"), script.join("\n").replace('"$COMPOSE"', compose));
  chmodSync(join(folder, "docker"), 0o755);
}

const world = (env: Record<string, string> = {}): World => ({
  env: { PATH: folder, ...env },
  platform: "linux",
  hostname: "here",
  sockets: [
    ["default socket", join(folder, "default.sock")],
    ["Podman's socket", join(folder, "podman/podman.sock")],
  ],
});

const failure = async (env: Record<string, string>) => {
  const error = await detectEngine(world(env)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LabError);
  return error as LabError;
};

test("the current context's engine is used", async () => {
  const host = await engine("context.sock");
  dockerCommand(host);
  expect(await detectEngine(world())).toEqual({
    engine: {
      kind: "docker",
      host,
      source: "Docker context mine",
      version: "20.10.24+dfsg1",
      rootless: false,
      sharesFiles: true,
      compose: { command: ["docker", "compose"], version: "2.26.1" },
    },
  });
});

test("then the default socket, then Podman's; every reason to go on is kept", async () => {
  dockerCommand(`unix://${folder}/gone.sock`);
  const host = await engine("podman/podman.sock", PODMAN, { ...INFO, SecurityOptions: ["name=rootless"] });
  expect(await detectEngine(world())).toMatchObject({
    engine: { kind: "podman", host, source: "Podman's socket", version: "4.9.3", rootless: true },
  });
  servers.pop()?.close();
  expect(await detectEngine(world())).toEqual({
    skipped: [
      { candidate: "Docker context mine", reason: `there is no ${folder}/gone.sock` },
      { candidate: "default socket", reason: `there is no ${folder}/default.sock` },
      { candidate: "Podman's socket", reason: `there is no ${folder}/podman/podman.sock` },
    ],
  });
});

test("a machine without Docker says so", async () => {
  expect(await detectEngine(world())).toMatchObject({
    skipped: [{ candidate: "Docker context", reason: "there is no docker command on this machine" }, {}, {}],
  });
});

test("DOCKER_HOST is asked and nothing else", async () => {
  dockerCommand(await engine("context.sock"));
  const host = await engine("chosen.sock");
  expect(await detectEngine(world({ DOCKER_HOST: host }))).toMatchObject({ engine: { host, source: "DOCKER_HOST" } });
  const error = await failure({ DOCKER_HOST: `unix://${folder}/silent.sock` });
  expect(error).toMatchObject({ exitCode: 3, hint: "start it, or unset DOCKER_HOST" });
  expect(error.message).toContain("there is no");
});

test("a context that the user named and that is not there is an error, not a reason to look elsewhere", async () => {
  dockerCommand(await engine("default.sock"));
  const error = await failure({ DOCKER_CONTEXT: "typo" });
  expect(error).toMatchObject({ exitCode: 3, message: expect.stringContaining('context "typo": not found') });
});

test.each(["ssh://user@elsewhere", "tcp://192.0.2.1:2375", "tcp://elsewhere.example:2376"])(
  "the engine %s is on another machine and refused without being asked",
  async (host) => {
    expect((await failure({ DOCKER_HOST: host })).message).toContain("on another machine");
    dockerCommand(host);
    expect((await failure({})).message).toContain("on another machine");
  },
);

test("an engine that may not see this machine's files is marked", async () => {
  const tunnel = await engine("tunnel.sock", DOCKER, { ...INFO, Name: "elsewhere" });
  dockerCommand(tunnel);
  expect(await detectEngine(world())).toMatchObject({ engine: { sharesFiles: false } });
});

test("L17: an engine that accepts and never answers is given up after three seconds", async () => {
  const path = join(folder, "mute.sock");
  const server = createServer(() => {});
  servers.push(server);
  await new Promise<void>((listening) => server.listen(path, listening));
  dockerCommand(`unix://${path}`);
  const before = performance.now();
  const detection = await detectEngine(world());
  expect(performance.now() - before).toBeLessThan(PATIENCE);
  expect(detection).toMatchObject({ skipped: [{ reason: `${path} gave no answer within 3 s` }, {}, {}] });
});

test.each([
  ["an old engine", { ...DOCKER, Version: "19.03.1" }, INFO, "docker 19.03.1 is older than 20.10"],
  [
    "an engine that maps user ids",
    DOCKER,
    { ...INFO, SecurityOptions: ["name=seccomp,profile=default", "name=userns"] },
    "it maps user ids (userns-remap), so that containers cannot read this user's files",
  ],
  ["Windows containers", DOCKER, { ...INFO, OSType: "windows" }, "it runs windows containers, a lab needs Linux ones"],
])("%s is passed over", async (_what, version, info, reason) => {
  dockerCommand(await engine("context.sock", version, info));
  expect(await detectEngine(world())).toMatchObject({ skipped: [{ reason }, {}, {}] });
});

test("an engine without a new enough Compose is passed over", async () => {
  dockerCommand(await engine("context.sock"), "2.19.1");
  const reason = "Docker Compose 2.20 or newer is needed, the Compose here is 2.19.1";
  expect(await detectEngine(world())).toMatchObject({ skipped: [{ reason }, {}, {}] });
});
