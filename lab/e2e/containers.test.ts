import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runtimesHere } from "./runtimes.ts";
import { bytes, docker, openScene, readTree, type Scene } from "./scene.ts";

const MIB = 1024 * 1024;
/** From Debian's packages; kept, so that the next run has it from the cache. */
const ARIA2 = "torrent-lab-test/aria2";
const DOCKERFILE = `FROM debian:trixie-slim
RUN apt-get update -q && apt-get install -qy --no-install-recommends aria2 && rm -rf /var/lib/apt/lists/*
`;

interface JournalLine {
  readonly type: string;
  readonly node: string;
  readonly peer?: string;
  readonly client?: string;
  readonly from?: readonly { readonly peer: string; readonly bytes: number }[];
}

/** One lab for all of them: each test goes on where the one before ended. */
describe.runIf(runtimesHere.includes("docker"))("a lab in containers", { timeout: 300_000 }, () => {
  let scene: Scene;
  let stranger: string;
  const content = bytes(4 * MIB, "containers");

  beforeAll(async () => {
    scene = await openScene("docker", "many");
    stranger = `${scene.name}-aria2`;
    scene.source("file.bin", content);
    const context = join(scene.dir, "aria2");
    mkdirSync(context);
    writeFileSync(join(context, "Dockerfile"), DOCKERFILE);
    await docker("build", "--quiet", "--tag", ARIA2, context);
  }, 120_000);

  afterAll(async () => {
    await docker("rm", "--force", stranger);
    await scene[Symbol.asyncDispose]();
  }, 60_000);

  const named = () => ["--name", scene.name];

  async function journal(): Promise<JournalLine[]> {
    const { stdout } = await scene.ok("events", "--json", "--no-follow", ...named());
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  test("completes with 20 leechers, each with the same bytes", async () => {
    const flags = ["--runtime", "docker", "--profile", "quick", "--leechers", "20"];
    await scene.ok("up", ...named(), ...flags, "--until", "complete", "--timeout", "240");
    const { verdicts } = JSON.parse((await scene.ok("verify", "--json", ...named())).stdout);
    expect(verdicts).toHaveLength(20);
    expect(new Set(verdicts.map(({ verdict }: { verdict: string }) => verdict))).toEqual(new Set(["identical"]));
  });

  test("gives a compose file that plain Docker Compose takes, without a secret in it", async () => {
    const { stdout } = await scene.ok("config", ...named());
    const file = join(scene.dir, "printed.yaml");
    writeFileSync(file, stdout);
    await docker("compose", "-f", file, "config", "--quiet");
    const services = (await docker("compose", "-f", file, "config", "--services")).split("\n");
    expect(services.filter((name) => name.startsWith("leecher-"))).toHaveLength(20);
    const secrets = [...readTree(join(scene.dir, ".lab", scene.name, "secrets")).values()].map(String);
    expect(secrets.length).toBeGreaterThan(20);
    for (const secret of secrets) expect(stdout).not.toContain(secret.trim());
  });

  test("lets aria2 in: it gets the file from the swarm", async () => {
    const runs = join(scene.dir, ".lab", scene.name, "runs");
    const [torrent] = [...readTree(runs)].filter(([path]) => path.endsWith(".torrent"));
    writeFileSync(join(scene.dir, "file.torrent"), torrent?.[1] ?? "");
    const aria2 = ["aria2c", "--dir=/tmp", "--seed-ratio=0", "--listen-port=6881", "--enable-dht=false"];
    const alone = ["--bt-enable-lpd=false", "--enable-peer-exchange=false", "--summary-interval=0"];
    const mount = `${scene.dir}/file.torrent:/file.torrent:ro`;
    const network = await docker(
      "network",
      "ls",
      "-q",
      "--filter",
      `label=lab.name=${scene.name}`,
      "--filter",
      "name=swarm",
    );
    const place = ["--name", stranger, "--network", network, "--volume", mount, "--init", ARIA2];
    await docker("run", "--detach", ...place, ...aria2, ...alone, "/file.torrent");
    const sum = createHash("sha256").update(content).digest("hex");
    await until(async () =>
      (await docker("exec", stranger, "sha256sum", "/tmp/file.bin").catch(() => "")).startsWith(sum),
    );
  });

  test("shows it as a stranger", async () => {
    const address = await addressOf(stranger);
    const met = (await journal()).filter(({ type, peer }) => type === "peer-connected" && peer?.startsWith(address));
    expect(met.length).toBeGreaterThan(0);
    expect(met.map(({ client }) => client)).toContainEqual(expect.stringMatching(/aria2/i));
    await until(async () => (await scene.status()).tracker.complete === 22);
    expect((await scene.status()).swarms[0]?.complete).toBe(21);
  });

  test("lets it seed: a leecher that joins when nobody else is left gets everything from it", async () => {
    await scene.ok("scale", "leecher=1", ...named());
    await scene.ok("stop", "seeder-1", "leecher-1", ...named());
    const { length: before } = await journal();
    await scene.ok("scale", "leecher=2", ...named());
    await scene.ok("wait", "--timeout", "60", ...named());
    const pieces = (await journal()).slice(before).filter(({ type, node }) => type === "have" && node === "leecher-2");
    const address = await addressOf(stranger);
    const givers = pieces.flatMap(({ from }) => from ?? []);
    for (const { peer } of givers) expect(peer).toContain(address);
    expect(givers.reduce((sum, giver) => sum + giver.bytes, 0)).toBe(content.length);
  });

  test("goes down, and leaves alone what is not its own", async () => {
    await scene.ok("down", scene.name);
    expect(await scene.leftovers()).toEqual([]);
    expect(await docker("inspect", "--format", "{{.State.Running}}", stranger)).toBe("true");
  });
});

function addressOf(container: string): Promise<string> {
  return docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container);
}

/** Asks again and again; the test's own time-out ends it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(500);
}
