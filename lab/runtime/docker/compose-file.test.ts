import { describe, expect, test } from "vitest";
import { makePlan } from "../../plan/make-plan.ts";
import type { LabPlan } from "../../plan/plan.ts";
import { noLiveChanges } from "../../plan/plan.ts";
import { profileSchema } from "../../profile/schema.ts";
import { labFolder } from "../folder.ts";
import { composeDocument } from "./compose-file.ts";
import { composeText } from "./compose-text.ts";

const dir = "/home/ada/my $lab";

function plan(profile: object): LabPlan {
  return makePlan({
    lab: "demo",
    run: "20261121-0218",
    runtime: "docker",
    dir,
    sources: `${dir}/sources`,
    profile: { ...profileSchema.parse(profile), name: "test" },
    torrents: [],
    ports: { controller: 7071, tracker: 6969, web: 7071 },
    scale: {},
    live: noLiveChanges,
    folders: labFolder(dir, "demo"),
  });
}

const context = {
  base: "/opt/torrent-lab/images/node/compose.yaml",
  image: "torrent-lab/node:0123456789abcdef",
  identity: { user: "1234:100", userns: undefined, owner: undefined },
  engine: { kind: "docker", version: "20.10.24" },
  owner: { "lab.user": "1234" },
} as const;

type Service = Record<string, unknown> & {
  environment: Record<string, string>;
  networks: object;
  volumes?: { type: string; source?: string; target: string; read_only?: boolean }[];
};
const services = (of: LabPlan, overrides = {}) =>
  composeDocument(of, { ...context, ...overrides }).services as Record<string, Service>;

const everyKind = plan({
  seeders: [{ count: 1 }],
  leechers: [{ count: 1 }, { name: "forgetful", count: 1, storage: "memory", memory: "128MiB" }],
});

test("the file of a lab with every kind of node", async () => {
  const text = composeText(composeDocument(everyKind, context));
  await expect(text).toMatchFileSnapshot("compose-file.golden.yaml");
});

describe("whatever the plan", () => {
  const all = Object.entries(services(everyKind));

  test.each(all)("%s extends the hardened service and loosens nothing of it", (_name, service) => {
    expect(service.extends).toEqual({ file: context.base, service: "node" });
    const own = [
      "privileged",
      "cap_add",
      "cap_drop",
      "devices",
      "security_opt",
      "read_only",
      "pid",
      "ipc",
      "network_mode",
    ];
    expect(Object.keys(service).filter((key) => own.includes(key))).toEqual([]);
    expect(service.user).toBe("1234:100");
    expect(service.mem_limit).toBeGreaterThan(0);
  });

  test.each(all)("%s has no secret in its environment and no knob", (_name, { environment }) => {
    for (const [name, value] of Object.entries(environment)) {
      expect(name).toMatch(/^LAB_/);
      expect(value).not.toBe("");
    }
    expect(Object.keys(environment).filter((name) => /UP|DOWN|RATE|SLOTS|STRATEGY|SECRET$|TOKEN$/.test(name))).toEqual(
      [],
    );
  });

  test.each(all)("%s sees only what it has to", (name, { volumes = [] }) => {
    const binds = volumes.filter(({ type }) => type === "bind").map(({ target, read_only }) => [target, read_only]);
    const allowed: Record<string, unknown[]> = { controller: [["/runs", false]], "seeder-1": [["/sources", true]] };
    expect(binds).toEqual(allowed[name] ?? []);
  });

  test("only the controller is on the network that publishes ports, and only on 127.0.0.1", () => {
    for (const [name, service] of all) {
      expect(Object.keys(service.networks)).toEqual(name === "controller" ? ["swarm", "front"] : ["swarm"]);
      expect(service.ports).toEqual(
        name === "controller"
          ? [{ target: 7070, published: "7071", host_ip: "127.0.0.1", protocol: "tcp" }]
          : undefined,
      );
    }
  });
});

test("another knob, another peer or another torrent changes the definition of no other node", () => {
  const before = services(plan({ leechers: [{ count: 2, up: "1MiB/s" }] }));
  const after = services(plan({ leechers: [{ count: 3, up: "2MiB/s", slots: 7, strategy: "sequential" }] }));
  const { "leecher-3": added, ...rest } = after;
  expect(added).toBeDefined();
  expect(rest).toEqual(before);
});

test("an engine that can close the gateway of a network is told to", () => {
  const swarm = (version: string) =>
    (composeDocument(everyKind, { ...context, engine: { kind: "docker", version } }).networks as { swarm: object })
      .swarm;
  expect(swarm("27.5.1")).not.toHaveProperty("driver_opts");
  expect(swarm("28.0.0")).toHaveProperty("driver_opts", {
    "com.docker.network.bridge.gateway_mode_ipv4": "isolated",
  });
});

test("an engine that maps the caller's ids is asked to", () => {
  const identity = { user: "1234:100", userns: "keep-id", owner: undefined };
  expect(services(everyKind, { identity }).tracker).toMatchObject({ userns_mode: "keep-id", user: "1234:100" });
});
