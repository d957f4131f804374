import { expect, test } from "vitest";
import { closing, HASH, openSocket, peer, startLab, testPlan, tokenOf } from "./controller.fixture.ts";

const goodHello = {
  type: "hello",
  node: "leecher-1",
  role: "leecher",
  client: "test",
  port: 1,
  token: tokenOf("node-leecher-1"),
  peerId: "9".repeat(40),
};

test.each<[string, Record<string, unknown> | string, string]>([
  ["the admin's token", { ...goodHello, token: tokenOf("admin") }, "the token is not this node's"],
  ["another node's token", { ...goodHello, token: tokenOf("node-seeder-1") }, "the token is not this node's"],
  ["no token", { ...goodHello, token: "" }, "the token is not this node's"],
  ["another role", { ...goodHello, role: "seeder" }, "the plan has it as a leecher"],
  ["the role of the tracker", { ...goodHello, role: "tracker" }, "the plan has no tracker of this name"],
  ["no peer id", { ...goodHello, peerId: undefined }, "a peer must tell its peer id"],
  ["a name in no plan", { ...goodHello, node: "ghost", token: tokenOf("node-ghost") }, "the token is not this node's"],
  ["no name where none is given", { ...goodHello, node: "" }, "the token is not this node's"],
  ["a path as its name", { ...goodHello, node: "../admin" }, "the token is not this node's"],
  ["a port out of range", { ...goodHello, port: 65_536 }, "a malformed hello"],
  ["no JSON", "hello?", "a malformed hello: not JSON"],
  ["null", "null", "a malformed hello"],
  ["a hello of 9 MiB", " ".repeat(9 << 20), ""],
])("a hello with %s is refused with a reason, and the controller lives", async (_, message, reason) => {
  const lab = await startLab(testPlan([peer("seeder-1"), peer("leecher-1")]));
  const socket = openSocket(lab.controller.url);
  socket.once("open", () => socket.send(typeof message === "string" ? message : JSON.stringify(message)));
  const { code, reason: told } = await closing(socket);
  expect([1008, 1009]).toContain(code);
  expect(told.startsWith(reason)).toBe(true);
  const status = await lab.api.status();
  expect(status.nodes.find((node) => node.name === "leecher-1")?.state).toBe("created");
  if (code === 1009) return;
  const line = await lab.until((one) => one.type === "command" && one.command === "hello");
  expect(line).toMatchObject({ ok: false, detail: { host: "127.0.0.1" } });
});

test.each<[string, string]>([
  ["no JSON", "{"],
  ["an unknown type", '{"type":"rm"}'],
  ["a second hello", JSON.stringify(goodHello)],
  ["a negative counter", JSON.stringify({ type: "sample", memory: -1, load: 0, torrents: [] })],
  ["a fact of the tracker", JSON.stringify({ type: "facts", facts: [{ type: "scrape", torrents: [], address: "x" }] })],
  ["a fact without a torrent", JSON.stringify({ type: "facts", facts: [{ type: "choke", peer: "x" }] })],
])("a node that says %s is put out, journaled, and may come back", async (_, message) => {
  const lab = await startLab(testPlan([peer("leecher-1")]));
  const node = await lab.join("leecher-1");
  node.say(message);
  expect((await node.closed).code).toBe(1008);
  const line = await lab.until((one) => one.type === "node" && one.state === "failed");
  expect(line).toMatchObject({ node: "leecher-1", error: expect.stringContaining("broke the node protocol") });
  await lab.join("leecher-1");
  const status = await lab.api.status();
  expect(status.nodes.find((one) => one.name === "leecher-1")).toMatchObject({ state: "running", error: null });
});

test("X11: a second connection of a node takes the place of the first only with the right token", async () => {
  const lab = await startLab(testPlan([peer("leecher-1")]));
  const first = await lab.join("leecher-1");
  await expect(lab.join("leecher-1", { token: "guess" })).rejects.toThrow("the token is not this node's");
  const second = await lab.join("leecher-1");
  expect(await first.closed).toEqual({ code: 1008, reason: "another connection said hello under this name" });
  second.facts({ type: "torrent", torrent: HASH, state: "waiting" });
  await lab.until((line) => line.type === "torrent");
  const states = (await lab.journal()).filter((line) => line.type === "node" && line.node === "leecher-1");
  expect(states.map((line) => line.type === "node" && line.state)).toEqual(["running", "running"]);
});

test("a node cannot take the peer id of another that is there", async () => {
  const lab = await startLab(testPlan([peer("leecher-1"), peer("leecher-2")]));
  const { peerId } = await lab.join("leecher-1");
  await expect(lab.join("leecher-2", { peerId })).rejects.toThrow("the peer id is leecher-1's");
});

test("peers are named: nodes by their name, strangers by their address, else by their id", async () => {
  const lab = await startLab(testPlan([peer("leecher-1"), peer("leecher-2")]));
  const node = await lab.join("leecher-1");
  const other = await lab.join("leecher-2");
  const stranger = "c".repeat(40);
  const torrent = HASH;
  node.facts(
    { type: "choke", torrent, peer: other.peerId },
    { type: "peer-connected", torrent, peer: stranger, address: "10.9.8.7:5000", incoming: true },
    {
      type: "have",
      torrent,
      piece: 1,
      from: [
        { peer: stranger, bytes: 5 },
        { peer: other.peerId, bytes: 6 },
      ],
    },
    { type: "choke", torrent, peer: "d".repeat(40) },
    { type: "choke", torrent, peer: "leecher-2" },
    { type: "peer-connected", torrent, peer: "e".repeat(40), address: "leecher-2", incoming: true },
    { type: "peer-left", torrent, peer: stranger },
  );
  await lab.until((line) => line.type === "peer-left");
  const facts = (await lab.journal()).filter((line) => "torrent" in line);
  expect(
    facts.map((line) => ("peer" in line ? line.peer : "from" in line ? line.from.map((one) => one.peer) : "")),
  ).toEqual([
    "leecher-2",
    "10.9.8.7:5000",
    ["10.9.8.7:5000", "leecher-2"],
    "peer-dddddddd",
    "stranger",
    "peer-eeeeeeee",
    "10.9.8.7:5000",
  ]);
});

test("a node that says bye has stopped; one that is cut off has failed, unless the runtime told why", async () => {
  const lab = await startLab(testPlan([peer("leecher-1"), peer("leecher-2"), peer("leecher-3")]));
  const [polite, lost, killed] = [
    await lab.join("leecher-1"),
    await lab.join("leecher-2"),
    await lab.join("leecher-3"),
  ];
  polite.say({ type: "bye" });
  lost.drop();
  killed.drop();
  await lab.api.command({ type: "node", node: "leecher-3", state: "stopped" });
  const failed = await lab.until((line) => line.type === "node" && line.state === "failed");
  expect(failed).toMatchObject({ node: "leecher-2", error: "connection lost" });
  const states = Object.fromEntries((await lab.api.status()).nodes.map((node) => [node.name, node.state]));
  expect(states).toMatchObject({ "leecher-1": "stopped", "leecher-2": "failed", "leecher-3": "stopped" });
});

test("a node that comes back within a moment has not failed", async () => {
  const lab = await startLab(testPlan([peer("leecher-1"), peer("leecher-2")]));
  const [quick, gone] = [await lab.join("leecher-1"), await lab.join("leecher-2")];
  quick.drop();
  await lab.join("leecher-1", { peerId: quick.peerId });
  gone.drop();
  const failed = await lab.until((line) => line.type === "node" && line.state === "failed");
  expect(failed.node).toBe("leecher-2");
});

test("a paused node that is killed is not called paused any more: who only sleeps keeps its connection", async () => {
  const lab = await startLab(testPlan([peer("leecher-1")]));
  const paused = await lab.join("leecher-1");
  await lab.api.command({ type: "node", node: "leecher-1", state: "paused" });
  paused.drop();
  const failed = await lab.until((line) => line.type === "node" && line.state === "failed");
  expect(failed).toMatchObject({ node: "leecher-1", error: "connection lost" });
});

test("a paused node stays paused when its last messages arrive", async () => {
  const lab = await startLab(testPlan([peer("leecher-1")]));
  const node = await lab.join("leecher-1");
  await lab.api.command({ type: "node", node: "leecher-1", state: "paused" });
  node.say({ type: "sample", memory: null, load: 0, torrents: [] });
  await lab.until((line) => line.type === "sample");
  expect((await lab.api.status()).nodes.find((one) => one.name === "leecher-1")?.state).toBe("paused");
});

test("counters of a node's earlier process do not mix with those of its new one", async () => {
  const lab = await startLab(testPlan([peer("leecher-1"), peer("leecher-2")]));
  const node = await lab.join("leecher-1");
  const old = await lab.join("leecher-2");
  const next = await lab.join("leecher-2");
  const counters = { torrent: HASH, downloaded: 0, uploaded: 0, wasted: 0, left: 0, connected: 1 };
  const peers: [string, number, number, string][] = [
    [old.peerId, 500, 0, ""],
    [next.peerId, 7, 0, "D"],
  ];
  node.say({ type: "sample", memory: null, load: 0, torrents: [{ ...counters, peers }] });
  const line = await lab.until((one) => one.type === "sample");
  expect(line).toMatchObject({ torrents: [{ peers: [["leecher-2", 7, 0, "D"]] }] });
});
