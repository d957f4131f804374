import { expect, test } from "vitest";
import type { Facts } from "./facts.ts";
import { holesOf } from "./holes.ts";
import { judge, type Verdict } from "./judge.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

const survey = {
  kind: "docker",
  version: "28.1.0",
  compose: "2.30.0",
  source: "default socket",
  rootless: false,
  desktop: undefined,
  memory: 8 * GIB,
  isHere: true,
  neighbours: 1024,
  freeNetworks: 30,
} as const;

/** A machine on which all is well. */
const good: Facts = {
  node: "24.1.0",
  programs: "abc",
  engine: { state: "answers", survey },
  loopback: undefined,
  webPortTaken: false,
  folder: { path: "/lab", problem: undefined },
  state: { path: "/state", problem: undefined },
  disk: 100 * GIB,
  memory: { free: 6 * GIB, total: 8 * GIB },
  lab: {
    profile: "default",
    needs: { nodes: 8, memory: 320 * MIB, disk: GIB, downloaders: 5, neighbours: 56 },
    overfull: undefined,
    problem: undefined,
  },
  wantsLinks: false,
  links: { rate: true, delay: true, lacks: "" },
  clients: ["webtorrent 3"],
  terminal: { columns: 100, rows: 40, term: "xterm" },
};

const of = (facts: Partial<Facts>) => judge({ ...good, ...facts });
const engineWith = (more: object): Partial<Facts> => ({ engine: { state: "answers", survey: { ...survey, ...more } } });
const needing = (more: object, rest: object = {}): Partial<Facts> => ({
  lab: { ...good.lab, ...rest, needs: { ...good.lab.needs, ...more } },
});

test("where all is well, every check is ok", () => {
  expect(judge(good).filter(({ verdict }) => verdict !== "ok")).toEqual([]);
});

test.each<[string, Partial<Facts>, string, Verdict, RegExp]>([
  ["an old Node", { node: "22.9.0" }, "node", "failed", /22\.9\.0 is too old/],
  ["no programs", { programs: undefined }, "programs", "failed", /not built/],
  ["no engine", { engine: { state: "absent", reasons: ["no socket"] } }, "engine", "warning", /no socket/],
  ["an engine asked for in vain", { engine: { state: "broken", reason: "gone" } }, "engine", "failed", /gone/],
  ["addresses for one lab", engineWith({ freeNetworks: 2 }), "addresses", "warning", /for 2 more, a lab takes 2/],
  ["addresses for none", engineWith({ freeNetworks: 1 }), "addresses", "failed", /for 1 more/],
  ["a small neighbour table", needing({ nodes: 30, neighbours: 870 }), "neighbours", "warning", /870 of 1024/],
  ["a table far too small", needing({ nodes: 100, neighbours: 9900 }), "neighbours", "failed", /9900 of 1024/],
  [
    "no netem for links",
    { links: { rate: true, delay: false, lacks: "no netem" }, wantsLinks: true },
    "links",
    "warning",
    /no netem/,
  ],
  ["no netem and no links", { links: { rate: true, delay: false, lacks: "no netem" } }, "links", "ok", /no link in/],
  ["no listening", { loopback: "EPERM" }, "loopback", "failed", /EPERM/],
  ["a taken web port", { webPortTaken: true }, "loopback", "ok", /7070 is taken/],
  ["a folder of others", { folder: { path: "/", problem: "EACCES" } }, "folder", "failed", /EACCES/],
  ["no place for the list", { state: { path: "/", problem: "EROFS" } }, "state", "failed", /EROFS/],
  ["sources that are a file", needing({}, { problem: "it is a file" }), "sources", "failed", /is a file/],
  ["a full disk", { disk: GIB }, "disk", "failed", /1\.00 GiB free, 1\.00 GiB for the downloads of 5 peers/],
  [
    "a disk that would be full",
    { disk: 1.1 * GIB },
    "disk",
    "failed",
    /^1\.10 GiB free, 1\.00 GiB for the downloads of 5 peers, and 256\.0 MiB are kept free$/,
  ],
  ["a small disk", { disk: GIB / 2 }, "disk", "failed", /^512\.0 MiB free, 1\.00 GiB for the downloads of 5 peers$/],
  ["little memory", { memory: { free: 500 * MIB, total: GIB } }, "memory", "warning", /500\.0 MiB of 1\.00 GiB free/],
  [
    "too little memory",
    { memory: { free: 400 * MIB, total: GIB } },
    "memory",
    "failed",
    /320\.0 MiB for the 8 nodes.*, and 128\.0 MiB are kept free$/,
  ],
  ["memory that downloads do not fit into", needing({}, { overfull: "leecher-1: 1 GiB" }), "memory", "failed", /1 GiB/],
  ["a narrow terminal", { terminal: { columns: 60, rows: 20, term: "vt100" } }, "terminal", "warning", /60 × 20/],
])("%s is told, with what to do where there is something", (_, facts, id, verdict, detail) => {
  const [finding] = of(facts).filter((one) => one.id === id);
  expect(finding).toMatchObject({ verdict, detail: expect.stringMatching(detail) });
  expect(finding?.fix === undefined).toBe(verdict === "ok");
});

test("a limit that is recommended is enough for the lab it was recommended for", () => {
  const facts = needing({ nodes: 100, neighbours: 9900 });
  const fix = of(facts).find(({ id }) => id === "neighbours")?.fix;
  const limit = Number(/gc_thresh3=(\d+)/.exec(fix ?? "")?.[1]);
  expect(of({ ...facts, ...engineWith({ neighbours: limit }) }).find(({ id }) => id === "neighbours")?.verdict).toBe(
    "ok",
  );
});

test.each<[string, string | undefined, string[]]>([
  ["20.10.24+dfsg1", undefined, ["CVE-2024-29018", "moby 45610", "open gateways"]],
  ["23.0.10", undefined, ["CVE-2024-29018", "moby 45610", "open gateways"]],
  ["23.0.11", undefined, ["moby 45610", "open gateways"]],
  ["24.0.9", undefined, ["CVE-2024-29018", "moby 45610", "open gateways"]],
  ["25.0.4", undefined, ["CVE-2024-29018", "moby 45610", "open gateways"]],
  ["25.0.5", undefined, ["moby 45610", "open gateways"]],
  ["26.0.0", undefined, ["moby 45610", "open gateways"]],
  ["28.0.0", undefined, []],
  ["28.3.2", "4.44.2", ["CVE-2025-9074"]],
  ["28.3.2", "4.44.3", []],
])("known holes of engine %s, Docker Desktop %s", (version, desktop, names) => {
  expect(holesOf({ kind: "docker", version, desktop }).map(({ name }) => name)).toEqual(names);
});

test("Podman has none of Docker's", () => {
  expect(holesOf({ kind: "podman", version: "4.3.1", desktop: undefined })).toEqual([]);
});
