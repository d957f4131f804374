import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, rmSync, statfsSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runtimesHere } from "./runtimes.ts";
import { BIN, bytes, entries, type Outcome, openScene, run, type Scene } from "./scene.ts";

/** Longest time that any refusal may take, in milliseconds. */
const SOON = 5000;

interface BadInput {
  readonly args: readonly string[];
  readonly code: number;
  /** What its message has to say. */
  readonly says: RegExp;
  readonly prepare?: (dir: string) => void;
  readonly env?: Record<string, string>;
}

const bad = (args: string, code: number, says: RegExp, more: Partial<BadInput> = {}): BadInput => ({
  args: args.split(" "),
  code,
  says,
  ...more,
});

const up = (args: string, code: number, says: RegExp, more: Partial<BadInput> = {}): BadInput =>
  bad(`up -d --runtime process ${args}`.trim(), code, says, more);

const named = (name: string): BadInput => ({
  args: ["up", "-d", "--runtime", "process", `--name=${name}`],
  code: 2,
  says: /cannot be a lab's name/,
});

const writeProfile = (text: string) => (dir: string) => {
  mkdirSync(join(dir, "profiles"), { recursive: true });
  writeFileSync(join(dir, "profiles/mine.yaml"), text);
};

const words: Record<string, BadInput> = {
  "a mistyped flag": up("--leecher 3", 2, /unknown option '--leecher'[\s\S]*--leechers/),
  "a mistyped command": bad("statsu", 2, /unknown command 'statsu'[\s\S]*status/),
  "a mistyped profile": up("--profile defualt", 2, /no profile "defualt"[\s\S]*Did you mean "default"/),
  "a profile with a typo": up("--profile mine", 2, /profiles\/mine\.yaml:2:\d+: .*leechres[\s\S]*leechers/, {
    prepare: writeProfile("seeders: [ { count: 1 } ]\nleechres: [ { count: 5 } ]\n"),
  }),
  "a profile that is no YAML": up("--profile mine", 2, /profiles\/mine\.yaml:\d+:\d+: /, {
    prepare: writeProfile("seeders: [ { count: 1 }\nleechers: }\n"),
  }),
  "--until soon": up("--until soon", 2, /"soon"[\s\S]*complete, ratio=1\.0/),
  "--timeout x": up("--until complete --timeout x", 2, /--timeout[\s\S]*'x'/),
  "--scale x": up("--scale x", 2, /--scale[\s\S]*'x'/),
  "--scale of a group that is not there": up("--scale leacher=2", 2, /leacher/),
  "--leechers -1": up("--leechers -1", 2, /--leechers/),
  "--port 70000": up("--port 70000", 2, /--port[\s\S]*70000/),
  "a name that leaves the folder": named("../x"),
  "a name that is a folder": named("."),
  "a name with a slash": named("a/b"),
  "a name that a shell would run": named("$(touch P)"),
  "a name that Compose would fill in": named("$" + "{HOME}"),
  "a name with a new line": named("a\nb"),
  "a name in other letters": named("лаб"),
  "a name of 300 letters": named("x".repeat(300)),
  "a name with a colon": named("a: b"),
  "a name like a flag": named("-rf"),
  "a name in capitals": named("Lab"),
  "an empty name": named(""),
  "down of a name that leaves the folder": bad("down ../x", 2, /cannot be a lab's name/),
  ...Object.fromEntries(
    ["scale leecher=3", "add leecher", "rm leecher-1", "retorrent"].map((args) => [
      `${args} of a name with a slash`,
      bad(`${args} --name a/b`, 2, /"a\/b" cannot be a lab's name/),
    ]),
  ),
};

const replaceByLink = (name: string) => (dir: string) => {
  rmSync(join(dir, name), { recursive: true, force: true });
  symlinkSync("/nonexistent/folder", join(dir, name));
};

const places: Record<string, BadInput> = {
  "a folder in which .lab cannot be made": up("", 3, /\.lab\/.* could not be written[\s\S]*may write to/, {
    prepare: replaceByLink(".lab"),
  }),
  "a list of labs that cannot be written": up("", 3, /could not be written[\s\S]*XDG_STATE_HOME/, {
    env: { XDG_STATE_HOME: "/dev/null" },
  }),
  "a sample where sources is a file": bad("sample 1MiB", 2, /sources is no folder/, {
    prepare(dir) {
      rmSync(join(dir, "sources"), { recursive: true });
      writeFileSync(join(dir, "sources"), "");
    },
  }),
  "a sample where sources cannot be made": bad("sample 1MiB", 3, /sources could not be written/, {
    prepare: replaceByLink("sources"),
  }),
};

const sources: Record<string, BadInput> = {
  "sources/ being a file": up("", 2, /sources[\s\S]*(not a folder|is a file)/, {
    prepare(dir) {
      rmSync(join(dir, "sources"), { recursive: true });
      writeFileSync(join(dir, "sources"), "");
    },
  }),
  "sources/ being a link to nothing": up("", 2, /sources is a link that leads nowhere/, {
    prepare(dir) {
      rmSync(join(dir, "sources"), { recursive: true });
      symlinkSync("nowhere", join(dir, "sources"));
    },
  }),
  "sources/ being a loop of links": up("", 2, /sources is a link that leads nowhere/, {
    prepare(dir) {
      rmSync(join(dir, "sources"), { recursive: true });
      symlinkSync("sources", join(dir, "sources"));
    },
  }),
  "sources/ with nothing that can be shared": up("", 2, /warning: [\s\S]*pipe[\s\S]*nothing[\s\S]*shar/, {
    prepare(dir) {
      rmSync(join(dir, "sources/file.bin"));
      execFileSync("mkfifo", [join(dir, "sources/pipe")]);
      symlinkSync("/etc/passwd", join(dir, "sources/link"));
      mkdirSync(join(dir, "sources/empty"));
    },
  }),
  "nodes that do not fit into memory": up(
    "--profile mine",
    3,
    /the 20003 nodes to start need [\d.]+ [GT]iB of memory, [\d.]+ [MG]iB are free/,
    {
      prepare(dir) {
        const groups = Array.from({ length: 20 }, (_, index) => `{ name: g${index}, count: 1000 }`);
        writeProfile(`seeders: [ { count: 1 } ]\nleechers: [ ${groups.join(", ")} ]\n`)(dir);
      },
    },
  ),
  "downloads that do not fit on the disk": up(
    "--profile mine",
    3,
    /20 peers need [\d.]+ [KMGTP]iB, the disk has [\d.]+/,
    {
      prepare(dir) {
        writeProfile("seeders: [ { count: 1 } ]\nleechers: [ { count: 20 } ]\npieceLength: 16MiB\n")(dir);
        writeFileSync(join(dir, "sources/sparse"), "");
        const { bavail, bsize } = statfsSync(dir);
        truncateSync(join(dir, "sources/sparse"), Math.ceil((bavail * bsize) / 18));
      },
    },
  ),
};

const nothingRuns: Record<string, BadInput> = Object.fromEntries(
  [
    "status",
    "status --json",
    "watch",
    "verify",
    "verify --json",
    "wait",
    "logs",
    "events",
    "ps",
    "config",
    "stop leecher-1",
  ].map((args) => [`${args} where nothing runs`, bad(args, 1, /no lab ".+" is running[\s\S]*lab up/)]),
);

const engines: Record<string, BadInput> = {
  "--runtime docker without an engine": bad("up -d --runtime docker", 3, /DOCKER_HOST[\s\S]*no \/nonexistent/, {
    env: { DOCKER_HOST: "unix:///nonexistent" },
  }),
  "a DOCKER_HOST where nothing is, and no fallback to processes": bad("up -d", 3, /DOCKER_HOST/, {
    env: { DOCKER_HOST: "unix:///nonexistent" },
  }),
  "a DOCKER_HOST on another machine": bad("up -d", 3, /another machine/, {
    env: { DOCKER_HOST: "tcp://192.0.2.1:2375" },
  }),
  "a DOCKER_HOST that is no address": bad("up -d", 3, /DOCKER_HOST/, { env: { DOCKER_HOST: "what?" } }),
};

describe("bad input gets one clear error, the right exit code, and leaves nothing:", () => {
  let scene: Scene;
  let busy: Server;

  beforeAll(async () => {
    scene = await openScene("process", "bad");
    busy = await listen(() => {});
  });
  afterAll(async () => {
    busy.close();
    await scene[Symbol.asyncDispose]();
  });
  // A case that fails must not make the next ones fail.
  afterEach(async () => {
    for (const _ of await scene.leftovers()) await scene.ok("down");
  });
  beforeEach(() => {
    for (const folder of ["sources", "profiles", ".lab"])
      rmSync(join(scene.dir, folder), { recursive: true, force: true });
    mkdirSync(join(scene.dir, "sources"));
    scene.source("file.bin", "x");
  });

  async function refused({ args, code, says, prepare, env }: BadInput): Promise<Outcome> {
    prepare?.(scene.dir);
    const start = performance.now();
    const outcome = await run(scene.dir, { ...scene.env, ...env }, args).outcome;
    expect(outcome.stderr).toMatch(says);
    expect(outcome.code).toBe(code);
    expect(outcome.stdout).toBe("");
    expectOneError(outcome.stderr);
    expect(performance.now() - start).toBeLessThan(SOON);
    await expectNothingLeft(scene);
    return outcome;
  }

  const tables = { words, places, sources, "nothing runs": nothingRuns, engines };
  for (const [label, cases] of Object.entries(tables)) {
    describe(label, () => {
      test.each(Object.entries(cases))("%s", async (_, input) => {
        await refused(input);
      });
    });
  }

  test("L14: a port in use, which is named", async () => {
    const port = portOf(busy);
    await refused(up(`--port ${port}`, 3, new RegExp(`port ${port} .*in use`)));
  });

  test("an engine that takes the call and stays silent, and no fallback to processes", async () => {
    const silent = await listen(() => {});
    try {
      await refused(
        bad("up -d", 3, /DOCKER_HOST[\s\S]*no answer within/, {
          env: { DOCKER_HOST: `tcp://127.0.0.1:${portOf(silent)}` },
        }),
      );
    } finally {
      silent.close();
    }
  });

  test("sources/ that may not be read", async ({ skip }) => {
    const owner = ordinaryUser();
    skip(owner === undefined, "the package lies where another user cannot read it, and root may read everything");
    await using own = await openScene("process", "unreadable");
    chmodSync(join(own.dir, "sources"), 0o000);
    if (owner) for (const path of [own.dir, join(own.dir, "sources")]) chownSync(path, owner.uid, owner.gid);
    const { code, stdout, stderr } = await run(own.dir, own.env, ["up", "-d", "--runtime", "process"], owner ?? {})
      .outcome;
    expect(stderr).toMatch(/sources[\s\S]*(read|permission)/i);
    expect([code, stdout]).toEqual([2, ""]);
    expectOneError(stderr);
    await expectNothingLeft(own);
  });

  test("a broken .torrent, in text and in JSON", async () => {
    writeFileSync(join(scene.dir, "broken.torrent"), "d4:infod6:lengthi-1eee");
    const text = await scene.lab("torrents", "check", "broken.torrent");
    expect([text.code, text.stdout.split("\n").length, text.stderr]).toEqual([2, 2, ""]);
    expect(text.stdout).toMatch(/^refused: /);
    const json = await scene.lab("torrents", "check", "broken.torrent", "--json");
    expect([json.code, json.stderr]).toEqual([2, ""]);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, reason: expect.any(String) });
    const none = await scene.lab("torrents", "check", "none.torrent", "--json");
    expect(none.code).toBe(2);
    expect(JSON.parse(none.stdout)).toMatchObject({ ok: false });
  });

  test("--dry-run leaves nothing, not even torrents", async () => {
    const { stdout } = await scene.ok("up", "--dry-run", "--runtime", "process");
    expect(stdout).toContain("leecher-5");
    expect(entries(join(scene.dir, ".lab"))).toEqual([]);
    await expectNothingLeft(scene);
  });
});

describe.each(runtimesHere)("two that want the same lab, in the %s runtime:", (runtime) => {
  test("L07: of those at the same instant one wins; the others, and a later one from elsewhere, get a conflict", async () => {
    await using scene = await openScene(runtime, "same");
    await using elsewhere = await openScene(runtime, "else");
    scene.source("file.bin", bytes(100_000, "same"));
    const args = ["up", "-d", "--name", scene.name, "--runtime", runtime, "--profile", "quick", "--leechers", "1"];
    const rivals = Array.from({ length: 5 }, async () => {
      const start = performance.now();
      const outcome = await scene.lab(...args);
      return { ...outcome, took: performance.now() - start };
    });
    const outcomes = (await Promise.all(rivals)).sort((a, b) => (a.code ?? 0) - (b.code ?? 0));
    const [winner, ...losers] = outcomes;
    expect(winner).toMatchObject({ code: 0 });
    for (const { code, stderr, took } of losers) {
      expect(stderr).toMatch(/another command \(pid \d+\) is changing the lab/);
      expectOneError(stderr);
      expect(code).toBe(5);
      expect(took).toBeLessThan(SOON);
    }
    expect((await scene.status()).nodes.filter(({ role }) => role === "leecher")).toHaveLength(1);

    const other = await run(elsewhere.dir, scene.env, args).outcome;
    expect([other.code, other.stdout]).toEqual([5, ""]);
    expect(other.stderr).toContain(scene.dir);
    expectOneError(other.stderr);
    expect((await scene.status()).lab.state).not.toBe("stopping");

    // Again from its own folder: nothing to do.
    expect((await scene.ok(...args)).stderr).toContain("no difference");
    await scene.ok("down", scene.name);
    expect((await scene.ok("down", scene.name)).stdout).toContain("nothing to do");
    expect(await scene.leftovers()).toEqual([]);
  });
});

/** One message and its hint; no stack, and nothing said twice. */
function expectOneError(stderr: string): void {
  expect(stderr).not.toMatch(/^\s+at |this is a bug|Error:/m);
  const lines = stderr.trimEnd().split("\n");
  expect(
    lines.filter((line) => /^(lab|error): /.test(line)),
    stderr,
  ).toHaveLength(1);
  expect(lines.filter((line) => !/^(warning|runtime): /.test(line)).length, stderr).toBeLessThanOrEqual(4);
}

/** No process, no registry entry, and in `.lab` at most torrents and hashes. */
async function expectNothingLeft(scene: Scene): Promise<void> {
  expect(await scene.leftovers()).toEqual([]);
  for (const lab of entries(join(scene.dir, ".lab"))) {
    expect(entries(join(scene.dir, ".lab", lab)).filter((part) => part !== "torrents")).toEqual([]);
  }
}

/** Somebody who is not root, if that is needed to be refused anything; `undefined` where he cannot run the program. */
function ordinaryUser(): { uid: number; gid: number } | Record<string, never> | undefined {
  if (process.getuid?.() !== 0) return {};
  const owner = { uid: 65534, gid: 65534 };
  const probe = spawnSync(process.execPath, [BIN, "--version"], { ...owner, cwd: "/", env: {} });
  return probe.status === 0 ? owner : undefined;
}

async function listen(onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
