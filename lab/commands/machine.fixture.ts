import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { readRegistry } from "../runtime/registry.ts";
import type { World } from "./world.ts";

/** A machine of a folder, with an engine that has these containers and a `docker` command. */
export interface Machine extends AsyncDisposable {
  readonly dir: string;
  readonly world: World;
  /** The same machine while its engine does not answer. */
  readonly withoutEngine: World;
  /** All that was written to stdout and stderr. */
  said(): string;
}

/** Of a container, as an engine lists it. */
export interface Container {
  readonly State: string;
  readonly Labels: Readonly<Record<string, string>>;
}

export async function openMachine(containers: (dir: string) => readonly Container[]): Promise<Machine> {
  const dir = mkdtempSync(join(tmpdir(), "lab-machine-"));
  writeFileSync(join(dir, "docker"), "#!/bin/sh\necho 2.26.1\n");
  chmodSync(join(dir, "docker"), 0o755);
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer(decodeURIComponent(request.url ?? ""), containers(dir))));
  });
  await new Promise<void>((listening) => server.listen(join(dir, "engine.sock"), listening));
  let said = "";
  const stream = { write: (text: string) => (said += text) } as unknown as NodeJS.WriteStream;
  const worldOf = (socket: string): World => ({
    env: { DOCKER_HOST: `unix://${join(dir, socket)}`, PATH: dir, XDG_STATE_HOME: join(dir, "state") },
    ...{ dir, root: dir, stdout: stream, stderr: stream, stdin: process.stdin },
  });
  return {
    dir,
    world: worldOf("engine.sock"),
    withoutEngine: worldOf("none.sock"),
    said: () => said,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      rmSync(dir, { recursive: true });
    },
  };
}

/** Makes a registered lab one of another machine. */
export function moveTo(host: string, registry: string, lab: string): void {
  const entry = { ...readRegistry(registry, lab), machine: { id: `id of ${host}`, host } };
  writeFileSync(join(registry, `${lab}.json`), JSON.stringify(entry));
}

function answer(path: string, containers: readonly Container[]): unknown {
  if (path.includes("/version")) return { Version: "27.0.1", Components: [{ Name: "Engine", Version: "27.0.1" }] };
  if (path.includes("/info")) return { OSType: "linux", Name: hostname(), SecurityOptions: [] };
  if (path.includes("/volumes")) return { Volumes: [] };
  if (!path.includes("/containers/json")) return [];
  // Who asks for one lab's sees none: nothing here is to be removed.
  return path.includes("lab.name=") ? [] : containers;
}
