import { accessSync, constants, existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { totalmem } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../errors.ts";
import { wantedLinks } from "../../plan/link.ts";
import type { LinkSupport } from "../../plan/plan.ts";
import type { Profile } from "../../profile/schema.ts";
import type { EngineSurvey } from "../../runtime/docker/survey.ts";
import { registryFolder } from "../../runtime/registry.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { freeBytes, roomOf } from "../room.ts";
import { openDockerRuntime } from "../runtimes.ts";
import { pickPort, USUAL_WEB_PORT } from "../up/ports.ts";
import type { World } from "../world.ts";
import { type WantedLab, wantedLab } from "./wanted-lab.ts";

/** What was found on this machine; judged by `judge.ts`. A text in place of a fact is the reason why there is none. */
export interface Facts {
  readonly node: string;
  /** The version of the bundle of node programs. */
  readonly programs: string | undefined;
  readonly engine: EngineFact;
  readonly loopback: string | undefined;
  /** Whether somebody has the port that the web UI usually gets. */
  readonly webPortTaken: boolean;
  readonly folder: Place;
  readonly state: Place;
  /** Bytes. */
  readonly disk: number;
  readonly memory: { readonly free: number; readonly total: number };
  /** What the profile would take here; `undefined` where there is nothing to go by. */
  readonly lab: WantedLab;
  /** Whether the profile shapes links. */
  readonly wantsLinks: boolean;
  /** What the engine's kernel can do for links; `undefined` where it was not tried. */
  readonly links: LinkSupport | undefined;
  /** Name and version of the clients that peers can be. */
  readonly clients: readonly string[];
  readonly terminal: { readonly columns: number; readonly rows: number; readonly term: string } | undefined;
}

export type EngineFact =
  | { readonly state: "answers"; readonly survey: EngineSurvey }
  /** Not there, which is fine: labs run as processes. */
  | { readonly state: "absent"; readonly reasons: readonly string[] }
  /** Asked for and not there. */
  | { readonly state: "broken"; readonly reason: string };

export interface Place {
  readonly path: string;
  /** Why it cannot be written; `undefined` when it can. */
  readonly problem: string | undefined;
}

/** Looks at everything, and makes nothing but the folder of the running labs where there is none: that shows whether it can. */
export async function gatherFacts(world: World, profile: Profile): Promise<Facts> {
  const wantsLinks = wantedLinks({ profile }).length > 0;
  const { engine, runtime } = await lookForEngine(world, wantsLinks);
  const state = registryFolder(world.env);
  return {
    node: process.versions.node,
    programs: readText(join(world.root, ".build/node/version")),
    engine,
    loopback: await pickPort(undefined).then(() => undefined, messageOf),
    webPortTaken: await isTaken(USUAL_WEB_PORT),
    folder: place(world.dir),
    state: place(state, () => mkdirSync(state, { recursive: true, mode: 0o700 })),
    disk: freeBytes(world.dir),
    memory: await memoryOf(engine, runtime),
    lab: await wantedLab(world, profile, runtime?.kind ?? "process"),
    wantsLinks,
    links: await runtime?.links?.({ lab: "doctor", dir: world.dir }, {}),
    clients: clientsOf(world),
    terminal: terminalOf(world),
  };
}

/** Nothing is pulled or built to find out about links that no profile asks for. */
async function lookForEngine(
  world: World,
  wantsLinks: boolean,
): Promise<{ engine: EngineFact; runtime: Runtime | undefined }> {
  try {
    const docker = await openDockerRuntime(world, { offline: !wantsLinks });
    if (!docker.runtime) return { engine: { state: "absent", reasons: docker.skipped }, runtime: undefined };
    return { engine: { state: "answers", survey: await docker.survey() }, runtime: docker.runtime };
  } catch (error) {
    return { engine: { state: "broken", reason: messageOf(error) }, runtime: undefined };
  }
}

async function memoryOf(engine: EngineFact, runtime: Runtime | undefined): Promise<Facts["memory"]> {
  const total = engine.state === "answers" ? engine.survey.memory : totalmem();
  return { free: (await roomOf(runtime)).memory, total };
}

function place(path: string, make: () => void = () => {}): Place {
  try {
    make();
    accessSync(path, constants.W_OK);
    return { path, problem: undefined };
  } catch (error) {
    return { path, problem: messageOf(error) };
  }
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(true));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(false)));
  });
}

function clientsOf({ root }: World): string[] {
  const text = readText(join(root, "node_modules/webtorrent/package.json"));
  const version = text === undefined ? undefined : (JSON.parse(text) as { version?: string }).version;
  return [`webtorrent${version === undefined ? "" : ` ${version}`}`];
}

function terminalOf({ stdout, env }: World): Facts["terminal"] {
  return stdout.isTTY ? { columns: stdout.columns, rows: stdout.rows, term: env.TERM ?? "" } : undefined;
}
