import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { labStatus } from "../api/status.ts";
import { closing, HASH, openSocket, peer, startLab, type TestLab, testPlan, tokenOf } from "./controller.fixture.ts";

interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A raw request: `fetch` would not send a Host or an Origin of our choice. */
function ask(lab: TestLab, { method = "GET", path = "/v1/status", token, headers = {}, body }: Ask) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${tokenOf(token)}` };
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const outgoing = request(`${lab.controller.url}${path}`, { method, headers: { ...authorization, ...headers } });
    outgoing.on("error", reject).on("response", (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.end(body);
  });
}

const json = { "content-type": "application/json" };
const mark = JSON.stringify({ type: "mark", text: "hello" });
const torrentPath = `/v1/torrents/${HASH}.torrent`;

test.each<[string, Ask, number]>([
  ["health without a token", { path: "/healthz" }, 200],
  ["no token", {}, 401],
  ["an unknown token", { headers: { authorization: "Bearer guess" } }, 401],
  ["another scheme", { headers: { authorization: `Basic ${tokenOf("admin")}` } }, 401],
  ["a token in the query", { path: `/v1/status?token=${tokenOf("admin")}` }, 401],
  ["status for a viewer", { token: "viewer" }, 200],
  ["status for a node", { token: "node-seeder-1" }, 403],
  ["events for a node", { token: "node-seeder-1", path: "/v1/events" }, 403],
  ["the journal for a node", { token: "node-seeder-1", path: "/v1/journal" }, 403],
  ["a torrent for a node", { token: "node-seeder-1", path: torrentPath }, 200],
  ["a torrent for a viewer", { token: "viewer", path: torrentPath }, 403],
  ["an unknown torrent", { token: "admin", path: `/v1/torrents/${"b".repeat(40)}.torrent` }, 404],
  ["a path out of the folder", { token: "admin", path: "/v1/torrents/..%2f..%2fplan.torrent" }, 404],
  ["a command of a viewer", { token: "viewer", method: "POST", path: "/v1/commands", headers: json, body: mark }, 403],
  [
    "a command of a node",
    { token: "node-seeder-1", method: "POST", path: "/v1/commands", headers: json, body: mark },
    403,
  ],
  ["a command by GET", { token: "admin", path: "/v1/commands" }, 405],
  ["a status by POST", { token: "admin", method: "POST" }, 405],
  [
    "a command as a form",
    { token: "admin", method: "POST", path: "/v1/commands", headers: { "content-type": "text/plain" }, body: mark },
    415,
  ],
  [
    "a command that is no JSON",
    { token: "admin", method: "POST", path: "/v1/commands", headers: json, body: "{" },
    400,
  ],
  [
    "an unknown command",
    { token: "admin", method: "POST", path: "/v1/commands", headers: json, body: '{"type":"rm"}' },
    400,
  ],
  [
    "a body of 5 MiB",
    { token: "admin", method: "POST", path: "/v1/commands", headers: json, body: " ".repeat(5 << 20) },
    413,
  ],
  ["an odd position", { token: "viewer", path: "/v1/events?after=-1" }, 400],
  ["an unknown path", { token: "admin", path: "/v2/status" }, 404],
  ["a name of Object's", { token: "admin", path: "/constructor" }, 404],
  ["a foreign host", { token: "admin", headers: { host: "evil.example" } }, 421],
  ["a foreign host with our port", { token: "admin", headers: { host: "evil.example:PORT" } }, 421],
  ["our host with another port", { token: "admin", headers: { host: "127.0.0.1:1" } }, 421],
  ["our host as a prefix", { token: "admin", headers: { host: "127.0.0.1.evil.example:PORT" } }, 421],
  ["localhost", { token: "admin", headers: { host: "localhost:PORT" } }, 200],
  ["the name in the lab's network", { token: "admin", headers: { host: "controller:PORT" } }, 200],
  ["a foreign origin", { token: "admin", headers: { origin: "http://evil.example" } }, 403],
  ["an opaque origin", { token: "admin", headers: { origin: "null" } }, 403],
  ["our origin with another port", { token: "admin", headers: { origin: "http://127.0.0.1:1" } }, 403],
  ["our origin", { token: "admin", headers: { origin: "http://127.0.0.1:PORT" } }, 200],
])("%s is answered as it should be", async (_, given, status) => {
  const lab = await startLab(testPlan([peer("seeder-1")]));
  const before = (await lab.journal()).length;
  const port = new URL(lab.controller.url).port;
  const headers = Object.fromEntries(
    Object.entries(given.headers ?? {}).map(([name, value]) => [name, value.replace("PORT", port)]),
  );
  const answer = await ask(lab, { ...given, headers });
  expect(answer.status).toBe(status);
  if (status !== 200) expect(JSON.parse(answer.text)).toEqual({ error: expect.any(String) });
  expect(answer.text).not.toContain("token-of");
  expect((await lab.journal()).length).toBe(before);
});

test.each<[string, string, Record<string, string>, string]>([
  ["a foreign origin", "/v1/node", { origin: "http://evil.example" }, "403"],
  ["a foreign host", "/v1/node", { host: "evil.example" }, "421"],
  ["another path", "/v1/events", {}, "404"],
])("X06: a WebSocket with %s is refused", async (_, path, headers, status) => {
  const lab = await startLab(testPlan([]));
  const socket = openSocket(lab.controller.url.replace("/v1/node", ""), headers);
  const other = path === "/v1/node" ? socket : openSocketAt(`${lab.controller.url}${path}`);
  const error = await new Promise<Error>((resolve) => other.once("error", resolve));
  expect(error.message).toContain(status);
});

function openSocketAt(url: string) {
  return openSocket(url.replace(/\/v1\/events$/, "/v1/events?x="));
}

test("the status is what its schema says, with connections only on request", async () => {
  const lab = await startLab(testPlan([peer("seeder-1"), peer("leecher-1")]));
  await lab.join("tracker");
  const leecher = await lab.join("leecher-1");
  const seeder = await lab.join("seeder-1");
  seeder.facts({ type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
  await leecher.command("torrents");
  leecher.facts(
    { type: "torrent", torrent: HASH, state: "downloading", bitfield: "8000" },
    { type: "peer-connected", torrent: HASH, peer: seeder.peerId, address: "127.0.0.1:6881", incoming: false },
  );
  const counters = { torrent: HASH, downloaded: 16_384, uploaded: 0, wasted: 0, left: 5, connected: 1 };
  const peers: [string, number, number, string][] = [[seeder.peerId, 16_384, 0, "D"]];
  leecher.say({ type: "sample", memory: 1000, load: 0.1, torrents: [{ ...counters, peers }] });
  await lab.until((line) => line.type === "sample");

  const status = await lab.api.status({ connections: true });
  expect(labStatus.parse(status)).toEqual(status);
  expect(status.lab).toMatchObject({ name: "test", state: "running", controllerUrl: lab.controller.url });
  const shown = status.nodes.find((node) => node.name === "leecher-1")?.torrents[0];
  expect(shown).toMatchObject({ have: 1, pieces: "8000", downloaded: 16_384, peers: 1 });
  expect(shown?.connections).toEqual([
    { peer: "seeder-1", flags: "D", downloaded: 16_384, uploaded: 0, downloadSpeed: 0, uploadSpeed: 0 },
  ]);
  expect((await lab.api.status()).nodes.flatMap((node) => node.torrents).every((one) => !("connections" in one))).toBe(
    true,
  );
});

test("clients that never end their headers do not keep others from being served", async () => {
  const lab = await startLab(testPlan([]));
  const { port } = new URL(lab.controller.url);
  const slow = Array.from({ length: 50 }, () => connect(Number(port), "127.0.0.1").on("error", () => {}));
  await Promise.all(slow.map((socket) => once(socket, "connect")));
  for (const socket of slow) socket.write("GET /v1/status HTTP/1.1\r\nhost: 127.0.0.1\r\n");
  expect((await lab.api.status()).lab.name).toBe("test");
  for (const socket of slow) socket.destroy();
});

test("nothing is listened to on the nodes' door before a hello", async () => {
  const lab = await startLab(testPlan([peer("seeder-1")]));
  const socket = openSocket(lab.controller.url);
  socket.once("open", () => socket.send(JSON.stringify({ type: "facts", facts: [] })));
  expect(await closing(socket)).toEqual({ code: 1008, reason: "facts before the hello" });
});
