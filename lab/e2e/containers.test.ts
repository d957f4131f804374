import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { runtimesHere } from "./runtimes.ts";
import { bytes, docker, openScene, readTree, type Scene } from "./scene.ts";

const MIB = 1024 * 1024;
/** From Debian's packages; the next run has them from the engine's cache. */
const CLIENTS = "torrent-lab-test/clients";
const DOCKERFILE = `FROM debian:trixie-slim
RUN apt-get update -q && apt-get install -qy --no-install-recommends aria2 python3-libtorrent transmission-daemon \\
  && rm -rf /var/lib/apt/lists/*
`;
const LIBTORRENT = `
import libtorrent, time
features = { "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False }
# By itself it announces every five minutes at the most, whatever a tracker asks for; by then it is long forgotten.
session = libtorrent.session({ "listen_interfaces": "0.0.0.0:6881", "min_announce_interval": 1, **features })
session.add_torrent({ "ti": libtorrent.torrent_info("/watch/file.torrent"), "save_path": "/tmp" })
while True: time.sleep(1)`;
/** Programs that others wrote: how each is told to fetch a file and to share it, and what it calls itself. */
const strangers = {
  aria2: [
    /aria2/i,
    ["aria2c", "--dir=/tmp", "--seed-ratio=0", "--listen-port=6881", "--enable-dht=false", "--bt-enable-lpd=false"],
    ["--enable-peer-exchange=false", "--summary-interval=0", "/watch/file.torrent"],
  ],
  libtorrent: [/libtorrent/i, ["python3", "-c", LIBTORRENT], []],
  transmission: [
    /transmission/i,
    ["transmission-daemon", "--foreground", "--config-dir=/tmp/config", "--download-dir=/tmp", "--watch-dir=/watch"],
    ["--no-dht", "--no-lpd", "--no-portmap", "--no-incomplete-dir"],
  ],
} as const;
const names = Object.keys(strangers) as (keyof typeof strangers)[];

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
  const containerOf = (client: string) => `${scene.name}-${client}`;
  const content = bytes(4 * MIB, "containers");

  beforeAll(async () => {
    scene = await openScene("docker", "many");
    scene.source("file.bin", content);
    const context = join(scene.dir, "clients");
    mkdirSync(context);
    writeFileSync(join(context, "Dockerfile"), DOCKERFILE);
    await docker("build", "--quiet", "--tag", CLIENTS, context);
  }, 120_000);

  afterAll(async () => {
    await docker("rm", "--force", ...names.map(containerOf));
    await docker("rmi", CLIENTS);
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

  test("S18: lets other clients in: each gets the file from the swarm", async () => {
    const runs = join(scene.dir, ".lab", scene.name, "runs");
    const [torrent] = [...readTree(runs)].filter(([path]) => path.endsWith(".torrent"));
    mkdirSync(join(scene.dir, "watch"));
    writeFileSync(join(scene.dir, "watch/file.torrent"), torrent?.[1] ?? "");
    const ofLab = ["--filter", `label=lab.name=${scene.name}`];
    const network = await docker("network", "ls", "-q", ...ofLab, "--filter", "name=swarm");
    const place = ["--network", network, "--volume", `${scene.dir}/watch:/watch:ro`, "--init", CLIENTS];
    const sum = createHash("sha256").update(content).digest("hex");
    for (const name of names) {
      const [, command, more] = strangers[name];
      await docker("run", "--detach", "--name", containerOf(name), ...place, ...command, ...more);
    }
    for (const name of names)
      await until(async () => {
        const answer = await docker("exec", containerOf(name), "sha256sum", "/tmp/file.bin").catch(() => "");
        return answer.startsWith(sum);
      });
  });

  test("shows them as strangers", async () => {
    expect((await scene.status()).swarms[0]?.complete).toBe(21);
    const lines = await journal();
    for (const name of names) {
      const address = await addressOf(containerOf(name));
      const met = lines.filter(({ type, peer }) => type === "peer-connected" && peer?.startsWith(`${address}:`));
      expect(met.map(({ client }) => client)).toContainEqual(expect.stringMatching(strangers[name][0]));
    }
  });

  test.each(names)(
    "S18: lets %s seed: a leecher that joins when nobody else is left gets all from it",
    async (name) => {
      await scene.ok("scale", "leecher=1", ...named());
      await scene.ok("stop", "seeder-1", "leecher-1", ...named());
      const others = names.filter((other) => other !== name).map(containerOf);
      await docker("pause", ...others);
      onTestFinished(async () => void (await docker("unpause", ...others)));
      const { length: before } = await journal();
      await scene.ok("scale", "leecher=2", ...named());
      await scene.ok("wait", "--timeout", "60", ...named());
      const pieces = (await journal())
        .slice(before)
        .filter(({ type, node }) => type === "have" && node === "leecher-2");
      const address = await addressOf(containerOf(name));
      const givers = pieces.flatMap(({ from }) => from ?? []);
      for (const { peer } of givers) expect(peer).toContain(address);
      expect(givers.reduce((sum, giver) => sum + giver.bytes, 0)).toBe(content.length);
    },
  );

  test("goes down, and leaves alone what is not its own", async () => {
    await scene.ok("down", scene.name);
    expect(await scene.leftovers()).toEqual([]);
    const running = await docker("inspect", "--format", "{{.State.Running}}", ...names.map(containerOf));
    expect(running.split("\n")).toEqual(names.map(() => "true"));
  });
});

function addressOf(container: string): Promise<string> {
  return docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container);
}

/** Asks again and again; the test's own time-out ends it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(500);
}
