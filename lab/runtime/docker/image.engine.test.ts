import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LabError } from "../../errors.ts";
import { type Bench, openBench } from "../contract-lab.ts";
import type { RuntimeEvent } from "../runtime.ts";
import { connect } from "./client.ts";
import { engineAtHand } from "./engine-at-hand.ts";
import { ensureImage, pruneImages } from "./image.ts";

const engine = await engineAtHand();

describe.skipIf(!engine)("the image of the nodes", { timeout: 60_000 }, () => {
  let client: Docker;
  let bench: Bench;
  let before: string[];

  beforeEach(async () => {
    if (!engine) return;
    client = await connect(engine.host);
    bench = await openBench("docker");
    before = await ours();
  });

  afterEach(async () => {
    if (!engine) return;
    await pruneImages(client, await others());
    // Without intermediate layers, which an engine keeps as its cache.
    expect(await ours()).toEqual(before);
    bench[Symbol.dispose]();
  });

  const tags = async () => (await client.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  /** Images that others on this machine work with. */
  const others = async () => (await tags()).filter((tag) => !tag.includes(bench.prefix));
  /** Of this test's bundles, and what a build left that came to no end. */
  async function ours(): Promise<string[]> {
    const unnamed = await client.listImages({ filters: { dangling: ["true"], label: ["lab.image=node"] } });
    const named = (await tags()).filter((tag) => tag.includes(bench.prefix));
    return [...named, ...unnamed.map(({ Id }) => Id)].sort();
  }

  /** Two bundles that differ by a byte have different versions. */
  function bundle(version: string): string {
    writeFileSync(join(bench.programs, "version"), `${bench.prefix}-${version}\n`);
    writeFileSync(join(bench.programs, "peer.mjs"), `// ${version}`);
    return `torrent-lab/node:${bench.prefix}-${version}`;
  }

  async function ensure(options: { always?: boolean; offline?: boolean; env?: NodeJS.ProcessEnv } = {}) {
    if (!engine) throw new Error("skipped");
    const events: RuntimeEvent[] = [];
    const rest = { always: false, offline: false, env: process.env, ...options };
    const progress = (event: RuntimeEvent) => events.push(event);
    const tag = await ensureImage(client, engine, { programs: bench.programs, progress, ...rest });
    return { tag, events };
  }

  test("is built with its steps shown when it is missing, and not again until the bundle is another", async () => {
    const tag = bundle("one");
    const first = await ensure();
    expect(first.tag).toBe(tag);
    expect(first.events[0]).toEqual({ phase: "build", subject: tag, done: false });
    expect(first.events.map(({ detail }) => detail)).toContainEqual(expect.stringMatching(/^\d\/\d COPY/));
    expect(first.events.at(-1)).toEqual({ phase: "build", subject: tag, done: true });

    expect(await ensure({ offline: true })).toEqual({ tag, events: [] });
    expect((await ensure({ always: true })).events).not.toEqual([]);

    const second = bundle("two");
    expect((await ensure()).tag).toBe(second);
    expect(await pruneImages(client, [...(await others()), second])).toBe(1);
    expect(await tags()).not.toContain(tag);
  });

  test("runs as a user without rights and says whose it is", async () => {
    const { tag } = await ensure();
    const { Config } = await client.getImage(tag).inspect();
    expect(Config).toMatchObject({ User: "1000:1000", Labels: { "lab.image": "node" } });
  });

  test("L15: offline and without its base is refused before anything is tried", async () => {
    bundle("offline");
    const error = await ensure({ offline: true, env: { NODE_IMAGE: "lab-test/none:1" } }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(LabError);
    expect(error).toMatchObject({ exitCode: 3, message: expect.stringContaining("lab-test/none:1") });
  });

  test.each([
    ["BuildKit", {}],
    ["the classic builder", { DOCKER_BUILDKIT: "0" }],
  ])("that %s cannot build shows the build's last words and leaves nothing", async (_builder, env) => {
    bundle("broken");
    writeFileSync(
      join(bench.programs, "Dockerfile"),
      "ARG NODE_IMAGE=node:24-trixie-slim\nFROM $NODE_IMAGE\nLABEL lab.image=node\nRUN echo last words && exit 7\n",
    );
    const error = await ensure({ env: { ...process.env, ...env } }).catch((thrown) => thrown);
    const containers = await client.listContainers({ all: true });
    expect(containers.filter(({ Command }) => Command.includes("last words"))).toEqual([]);
    expect(error).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("last words"),
      hint: expect.any(String),
    });
    expect(error.message.split("\n").length).toBeLessThanOrEqual(21);
  });

  test("without a bundle is an error that says how to make one", async () => {
    await expect(
      ensureImage(client, engine as never, { programs: "/nowhere", always: false, offline: false, env: {} }),
    ).rejects.toMatchObject({
      exitCode: 3,
      hint: "run npm run build",
    });
  });
});
