import { copyFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NodeEnvironment } from "../api/environment.ts";
import { type RunPlan, runPlan } from "../api/run-plan.ts";
import { newSecret } from "../api/tokens.ts";
import { type PeerSettings, usualSettings } from "../api/words.ts";
import { hasCode, LabError } from "../errors.ts";
import { writeError } from "../write-error.ts";
import { writeAtomically } from "./atomic-file.ts";
import { type CreateResult, createTorrents } from "./create.ts";
import type { CreateProgress } from "./progress.ts";
import { createSample } from "./sample.ts";
import { requireShareable, scanSources } from "./scan.ts";
import { type Sources, warningText } from "./sources.ts";

export interface PrepareOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told a line for people: warnings, and what was made. */
  readonly say: (line: string) => void;
  readonly progress?: ((progress: CreateProgress) => void) | undefined;
}

/**
 * Makes the run of a lab that has no command line beside it (`docker compose up` alone): torrents of the sources, a plan
 * that adopts every peer with the default settings, and tokens. Calling it again changes only what has to.
 * @throws LabError
 */
export async function prepareRun(environment: NodeEnvironment, options: PrepareOptions): Promise<RunPlan> {
  const tracker = requireSettings(environment);
  const sources = await findSources(environment.sources, options);
  const run = join(environment.runs, environment.run);
  const created = await createTorrents({
    sources: environment.sources,
    entries: sources.entries,
    folder: join(run, "made"),
    announce: tracker,
    private: true,
    ...options,
  });
  requireTorrents(created, environment.sources, options);
  const plan = makeRunPlan(environment, tracker, created);
  await publish(join(run, "torrents"), created);
  await writeSecrets(environment.secrets);
  await shareNodeToken(environment);
  await writeAtomically(join(run, "plan.json"), `${JSON.stringify(plan, undefined, 2)}\n`);
  return plan;
}

const MIB = 1024 * 1024;
/** As in the `default` profile. */
const seederSettings: PeerSettings = { ...usualSettings, up: 2 * MIB };
const leecherSettings: PeerSettings = { ...usualSettings, up: MIB };
const ANNOUNCE_INTERVAL = 10;

/** The announce URL. @throws LabError naming the variable that is not set. */
function requireSettings(environment: NodeEnvironment): string {
  const needed = {
    LAB_NAME: environment.lab,
    LAB_RUN: environment.run,
    LAB_SOURCES: environment.sources,
    LAB_RUNS: environment.runs,
    LAB_SECRETS: environment.secrets,
    LAB_TRACKER: environment.tracker ?? "",
  };
  for (const [variable, value] of Object.entries(needed))
    if (value === "")
      throw new LabError("usage", `${variable} is not set`, { hint: "use the compose.yaml of the package" });
  return needed.LAB_TRACKER;
}

async function findSources(folder: string, { say, signal }: PrepareOptions): Promise<Sources> {
  const sources = await scanSources(folder);
  if (sources.state === "filled") {
    for (const warning of sources.warnings) say(`warning: ${warningText(warning)}`);
    requireShareable(sources, folder);
    return sources;
  }
  say("sources is empty: making a sample there");
  await createSample(folder, { signal }).catch((error) => {
    if (!(error instanceof LabError)) throw error;
    throw new LabError("usage", `sources is ${sources.state}, and no sample can be made there: ${error.message}`, {
      hint: "put a file into the sources folder",
      cause: error,
    });
  });
  return scanSources(folder);
}

function requireTorrents(created: CreateResult, folder: string, { say }: PrepareOptions): void {
  for (const { entry, reason } of created.failed) say(`warning: no torrent of ${entry}: ${reason}`);
  if (created.torrents.length > 0) return;
  throw new LabError("usage", `no torrent could be made of anything in ${folder}`, { hint: "see the warnings above" });
}

function makeRunPlan(environment: NodeEnvironment, url: string, { torrents }: CreateResult): RunPlan {
  const all = torrents.map(({ info }) => info.infoHash);
  const plan: RunPlan = {
    lab: environment.lab,
    run: environment.run,
    runtime: "docker",
    profile: "default",
    tracker: { kind: "bittorrent-tracker", url, interval: ANNOUNCE_INTERVAL },
    torrents: torrents.map(({ info }) => info),
    peers: [],
    web: false,
    adopt: {
      seeder: { settings: seederSettings, seeds: all, fetches: [] },
      leecher: { settings: leecherSettings, seeds: [], fetches: all },
    },
  };
  const checked = runPlan.safeParse(plan);
  if (checked.success) return plan;
  throw new LabError("usage", `LAB_NAME or LAB_RUN is not a name: ${checked.error.issues[0]?.message}`);
}

/** `HASH.torrent` of each torrent, and nothing else. */
async function publish(folder: string, { torrents }: CreateResult): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wanted = new Map(torrents.map(({ info, path }) => [`${info.infoHash}.torrent`, path]));
  for (const [file, path] of wanted)
    await copyFile(path, join(folder, file)).catch((error) => Promise.reject(writeError(join(folder, file), error)));
  for (const file of await readdir(folder)) if (!wanted.has(file)) await rm(join(folder, file), { force: true });
}

/** One token for each kind of caller; all nodes share theirs, as replicas of one service cannot have different ones. */
async function writeSecrets(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of ["admin", "viewer", "node"]) {
    const file = join(folder, name);
    await writeFile(file, newSecret(), { mode: 0o600, flag: "wx" }).catch(async (error) => {
      if (hasCode(error, "EEXIST")) return;
      // On a full disk the file is made and stays empty, and what is there stays for good.
      await rm(file, { force: true });
      throw writeError(file, error);
    });
  }
}

/** Nodes get their token in a place of its own, so that they never see the admin's. */
async function shareNodeToken({ secrets, tokenFile }: NodeEnvironment): Promise<void> {
  if (tokenFile === "") return;
  await copyFile(join(secrets, "node"), tokenFile).catch((error) => Promise.reject(writeError(tokenFile, error)));
}
