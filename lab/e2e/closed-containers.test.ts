import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Capture, canCapture, capture, uplink } from "./capture.ts";
import { runtimesHere } from "./runtimes.ts";
import { bytes, docker, openScene, type Scene } from "./scene.ts";

/** Nobody's (TEST-NET-2): what goes there has left the lab. */
const CANARY = "198.51.100.77";
const device = canCapture ? uplink() : undefined;
if (!device) console.info("no way out of this machine: that containers send nothing outside is not tried");

/** A whole lab with the web UI, from before its start to after its end. */
describe.runIf(runtimesHere.includes("docker"))("a lab of containers is closed", { timeout: 120_000 }, () => {
  let scene: Scene;
  let seen: Capture | undefined;
  const label = `canary-${randomBytes(6).toString("hex")}`;

  beforeAll(async () => {
    seen = device ? await capture() : undefined;
    scene = await openScene("docker", "closed");
    scene.source("file.bin", bytes(2 * 1024 * 1024, "closed"));
    const flags = ["--runtime", "docker", "--profile", "quick", "--profile", "debug", "--leechers", "2"];
    await scene.ok("up", "--name", scene.name, ...flags, "--until", "complete", "--timeout", "60");
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    seen?.[Symbol.dispose]();
  });

  const containers = async (format = "{{.ID}}") =>
    (await docker("ps", "--filter", `label=lab.name=${scene.name}`, "--format", format)).split("\n");

  test("X05: its ports are open on 127.0.0.1 alone: no other network gets in", async () => {
    const ports = [new URL((await scene.status()).lab.controllerUrl ?? "").port, (await link(scene)).port];
    const reached = await outsider(`
      const { connect } = require("node:net");
      const { networkInterfaces } = require("node:os");
      const own = Object.values(networkInterfaces()).flat().find(({ internal }) => !internal).address;
      const host = own.replace(/\\.\\d+$/, ".1");
      for (const port of [${ports}]) {
        const socket = connect({ host, port, timeout: 2000 });
        socket.on("connect", () => { console.log("in", port); socket.destroy(); });
        socket.on("error", () => console.log("out")).on("timeout", () => { console.log("out"); socket.destroy(); });
      }`);
    expect(reached.split("\n")).toEqual(["out", "out"]);
  });

  test("X12: no container sees an engine's socket", async () => {
    for (const id of await containers()) {
      expect(await docker("inspect", "--format", "{{json .Mounts}} {{json .HostConfig.Binds}}", id)).not.toContain(
        ".sock",
      );
      expect(await docker("exec", id, "node", "-p", LOOK_FOR_SOCKETS)).toBe("none");
    }
  });

  test.runIf(device)("X02: no frame of any node leaves the machine, and no name that it asks for", async () => {
    const asked = (await containers("{{.ID}} {{.Names}}")).map(async (line) => {
      const [id = "", name] = line.split(" ");
      return [name, await docker("exec", id, "node", "-e", tryToLeave(label))];
    });
    for (const [name, answers] of await Promise.all(asked)) expect([name, answers]).toEqual([name, "out,out,out"]);
    const subnets = (await networksOf(scene)).map(({ subnet }) => `net ${subnet}`);
    expect(subnets).toHaveLength(2);
    await scene.ok("down", scene.name);
    await seen?.stop();
    const left = (filter: string) => seen?.frames(`ifindex ${indexOf(device ?? "")} and (${filter})`);
    // Their tries are seen on the lab's own bridges, so that nothing seen elsewhere means nothing sent there.
    expect(seen?.frames(`host ${CANARY}`)).toContain(CANARY);
    expect(left(`host ${CANARY} or ${subnets.join(" or ")}`)).toBe("");
    expect(left("port 53 or port 5353 or port 5355")).not.toContain(label);
    expect(left("port 1900 or port 5351 or port 6771 or net 239.0.0.0/8")).toBe("");
  });
});

const LOOK_FOR_SOCKETS = `require("fs").readdirSync("/run").concat(require("fs").readdirSync("/var/run"))
  .filter((name) => /docker|podman|containerd/.test(name)).join() || "none"`;

/** TCP, UDP and look-ups, as a program does that means well and as one does that wants out. */
const tryToLeave = (label: string) => `
  const { connect } = require("node:net");
  const { createSocket } = require("node:dgram");
  const { lookup, Resolver } = require("node:dns/promises");
  const reach = (host, family) => new Promise((told) => {
    const socket = connect({ host, port: 80, timeout: 1500 });
    socket.on("connect", () => told("in")).on("error", () => told("out")).on("timeout", () => told("out"));
  });
  const send = (host, port) => new Promise((sent) => {
    const socket = createSocket("udp4");
    socket.send("x", port, host, () => socket.close(sent));
  });
  const name = (of) => lookup(of).then(() => "in", () => "out");
  const packets = [["${CANARY}", 9], ["${CANARY}", 53], ["239.192.152.143", 6771], ["239.255.255.250", 1900]];
  Promise.all([reach("${CANARY}"), reach("2001:db8::77"), name("${label}.example.com"), ...packets.map((to) => send(...to))])
    .then((all) => { console.log(all.slice(0, 3).join()); process.exit(); });`;

/** Runs a program in a container that is no part of the lab, on the engine's own network. */
async function outsider(program: string): Promise<string> {
  return docker("run", "--rm", "node:24-trixie-slim", "node", "-e", program);
}

/** What a capture of all interfaces calls one of them. */
function indexOf(device: string): number {
  return Number(readFileSync(`/sys/class/net/${device}/ifindex`, "utf8"));
}

async function networksOf(scene: Scene): Promise<{ subnet: string }[]> {
  const ids = await docker("network", "ls", "-q", "--filter", `label=lab.name=${scene.name}`);
  const text = await docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Subnet}}", ...ids.split("\n"));
  return text.split("\n").map((subnet) => ({ subnet }));
}

async function link(scene: Scene): Promise<URL> {
  return new URL((await scene.ok("open", "--print", "--name", scene.name)).stdout.trim());
}
