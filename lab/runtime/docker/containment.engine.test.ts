import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, openBench } from "../contract-lab.ts";
import { connect } from "./client.ts";
import { dockerRuntime } from "./docker-runtime.ts";
import { base, engineAtHand, forgetImage } from "./engine-at-hand.ts";
import { labels, ofLab } from "./labels.ts";
import { ownerMarks } from "./owner.ts";

const engine = await engineAtHand();

/** Cases X01, X02, X05, X12 and X14 on real containers. */
describe.skipIf(!engine)("the containers of a lab", { timeout: 60_000 }, () => {
  let client: Docker;
  let bench: Bench;
  let lab: string;
  let containers: Docker.ContainerInspectInfo[];
  const node = (name: string) => containers.find(({ Config }) => Config.Labels[labels.node] === name);

  beforeAll(async () => {
    if (!engine) return;
    client = await connect(engine.host);
    bench = await openBench("docker");
    const plan = bench.plan("containment", ["leecher-1"]);
    lab = plan.lab;
    await dockerRuntime({ engine, programs: bench.programs, base }).up(plan, {});
    const found = await client.listContainers({ all: true, filters: ofLab(lab) });
    containers = await Promise.all(found.map(({ Id }) => client.getContainer(Id).inspect()));
  }, 60_000);

  afterAll(async () => {
    if (!engine) return;
    await dockerRuntime({ engine, programs: bench.programs, base }).down(lab, {});
    await forgetImage(engine, bench.programs);
    bench[Symbol.dispose]();
  });

  test("X01: have no power over the machine", () => {
    expect(containers).toHaveLength(4);
    for (const { Name, HostConfig: host, Config } of containers) {
      expect(host, Name).toMatchObject({
        Privileged: false,
        CapDrop: ["ALL"],
        ReadonlyRootfs: true,
        Init: true,
        RestartPolicy: { Name: "no" },
        NetworkMode: expect.stringMatching(/-(swarm|front)$/),
      });
      expect(host.CapAdd ?? [], Name).toEqual([]);
      expect(host.Devices ?? [], Name).toEqual([]);
      expect(host.SecurityOpt, Name).toEqual(["no-new-privileges:true"]);
      for (const mode of [host.PidMode, host.IpcMode, host.UTSMode, host.UsernsMode]) expect(mode).not.toBe("host");
      expect(Config.User, Name).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    }
  });

  test("have limits of memory, processors, processes, temporary files and logs", () => {
    for (const { Name, HostConfig: host } of containers) {
      expect(host.Memory, Name).toBeGreaterThan(0);
      expect(host.NanoCpus, Name).toBeGreaterThan(0);
      expect(host.PidsLimit, Name).toBeGreaterThan(0);
      expect(host.PidsLimit, Name).toBeLessThanOrEqual(256);
      expect(host.Tmpfs?.["/tmp"], Name).toContain("size=16m");
      expect(host.LogConfig, Name).toMatchObject({ Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } });
    }
  });

  test("T09: see of the machine only what they have to, and write only where they have to", () => {
    const mounts = Object.fromEntries(
      containers.map(({ Config, Mounts }) => [
        Config.Labels[labels.node],
        Mounts.map(({ Type, Destination, RW }) => [Type, Destination, RW]).sort(),
      ]),
    );
    const token = ["bind", "/run/secrets/token", false];
    expect(mounts).toEqual({
      controller: [
        ["bind", "/run/secrets", false],
        ["bind", "/runs", true],
      ],
      tracker: [token],
      "seeder-1": [token, ["bind", "/sources", false]],
      "leecher-1": [token, ["volume", "/data", true]],
    });
  });

  test("carry no token where an inspection would show it", () => {
    for (const container of containers) expect(JSON.stringify(container)).not.toContain("secret of ");
  });

  test("publish one port, the controller's, on 127.0.0.1 alone", () => {
    const published = containers.flatMap(({ Config, NetworkSettings: { Ports } }) =>
      Object.entries(Ports).flatMap(([port, bindings]) =>
        (bindings ?? []).map(({ HostIp }) => [Config.Labels[labels.node], port, HostIp]),
      ),
    );
    expect(published).toEqual([["controller", "7070/tcp", "127.0.0.1"]]);
  });

  // That nothing else gets out is for a capture of frames to tell (X02).
  test("get no answer to names of outside, and one to those of the lab", { timeout: 30_000 }, async () => {
    const program = `
      const { lookup } = require("node:dns/promises");
      const name = (of) => lookup(of).then(() => "known", ({ code }) => code);
      Promise.all([name("example.com"), name("tracker")]).then((all) => console.log(all.join()));`;
    for (const name of ["leecher-1", "controller"]) expect(await execute(name, program)).toBe("EAI_AGAIN,known");
  });

  test("and networks and volumes say whose they are", async () => {
    const filters = ofLab(lab);
    const [networks, { Volumes: volumes }] = await Promise.all([
      client.listNetworks({ filters }),
      client.listVolumes({ filters }),
    ]);
    expect([networks.length, volumes.length]).toEqual([2, 1]);
    const own = { "lab.name": lab, "lab.run": "r1", "lab.dir": bench.dir, "lab.schema": "1", ...ownerMarks() };
    for (const { Labels } of [...networks, ...volumes]) expect(Labels).toMatchObject(own);
    for (const { Config } of containers) expect(Config.Labels).toMatchObject(own);
    expect(networks.find(({ Name }) => Name.endsWith("swarm"))).toMatchObject({ Internal: true });
    expect(networks.find(({ Name }) => Name.endsWith("front"))?.Options).toMatchObject({
      "com.docker.network.bridge.enable_ip_masquerade": "false",
    });
  });

  async function execute(name: string, program: string): Promise<string> {
    const container = client.getContainer(node(name)?.Id ?? "");
    const exec = await container.exec({ Cmd: ["node", "-e", program], AttachStdout: true, Tty: true });
    let text = "";
    for await (const chunk of await exec.start({ Tty: true })) text += String(chunk);
    return text.trim();
  }
});
