import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Fact } from "../api/facts.ts";
import { eventually } from "../eventually.fixture.ts";
import { startController, type TinyController, welcome } from "./controller.fixture.ts";
import { FACT_LIMIT } from "./fact-queue.ts";
import { type ControllerLink, connectToController, type LinkOptions } from "./link.ts";

const folder = mkdtempSync(join(tmpdir(), "lab-link-"));
const tokenFile = join(folder, "token");
const scrape = (address: string): Fact => ({ type: "scrape", torrents: [], address });

let controller: TinyController;
let link: ControllerLink | undefined;
let calls: { welcomes: [string, boolean][]; refusals: string[]; lines: string[] };

beforeEach(async () => {
  writeFileSync(tokenFile, "secret\n");
  calls = { welcomes: [], refusals: [], lines: [] };
  controller = await startController();
});
afterEach(async () => {
  await link?.close();
  link = undefined;
  await controller.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("says hello with name and token, and hands on the welcome", async () => {
  connect({ node: "tracker" });
  await eventually(() => expect(calls.welcomes).toEqual([["tracker", false]]));
  expect(controller.messages[0]).toMatchObject({ type: "hello", node: "tracker", token: "secret", role: "tracker" });
});

test("sends facts in order and one message for many of them", async () => {
  connect();
  link?.facts([scrape("a"), scrape("b")]);
  link?.facts([scrape("c")]);
  await eventually(() => expect(controller.addresses()).toEqual(["a", "b", "c"]));
  expect(controller.messages.filter((message) => message.type === "facts")).toHaveLength(1);
});

test("keeps facts while the controller is away and says hello again under its given name", async () => {
  connect({ node: "" });
  await eventually(() => expect(calls.welcomes).toHaveLength(1));
  const port = controller.port;
  await controller.stop();
  link?.facts([scrape("kept")]);
  controller = await startController(port);
  await vi.waitFor(() => expect(controller.addresses()).toEqual(["kept"]), 10_000);
  expect(controller.messages[0]).toMatchObject({ type: "hello", node: "named-1" });
  expect(calls.welcomes).toEqual([
    ["named-1", false],
    ["named-1", true],
  ]);
});

test("drops the oldest facts beyond the limit and counts them", async () => {
  const port = controller.port;
  await controller.stop();
  connect({}, port);
  const more = 20_000;
  for (let i = 0; i < FACT_LIMIT + more; i += 1) link?.facts([scrape(String(i))]);
  controller = await startController(port);
  await vi.waitFor(() => expect(controller.addresses().at(-1)).toBe(String(FACT_LIMIT + more - 1)), 10_000);
  expect(link?.dropped).toBeGreaterThanOrEqual(more * 0.7);
  expect(controller.addresses()).toHaveLength(FACT_LIMIT + more - (link?.dropped ?? 0));
  expect(controller.addresses()[0]).toBe(String(link?.dropped));
});

test("answers commands with their result or their error", async () => {
  connect({
    onCommand: async (command) => {
      if (command.type === "verify") return [];
      if (command.type === "announce") throw new Error("no tracker");
      return undefined;
    },
  });
  await eventually(() => expect(calls.welcomes).toHaveLength(1));
  controller.send({ type: "command", id: 1, command: { type: "verify" } });
  controller.send({ type: "command", id: 2, command: { type: "announce" } });
  await eventually(() =>
    expect(controller.messages.filter((message) => message.type === "result")).toEqual([
      { type: "result", id: 1, ok: true, value: [] },
      { type: "result", id: 2, ok: false, error: "no tracker" },
    ]),
  );
});

test("the answer to a command of a connection that ended is for nobody: the next one counts its commands anew", async () => {
  const announced = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  connect({
    onCommand: async (command) => {
      if (command.type === "verify") return [];
      announced.resolve();
      await done.promise;
      throw new Error("no tracker");
    },
  });
  await vi.waitFor(() => expect(calls.welcomes).toHaveLength(1));
  controller.send({ type: "command", id: 1, command: { type: "announce" } });
  await announced.promise;
  const port = controller.port;
  await controller.stop();
  controller = await startController(port);
  await vi.waitFor(() => expect(calls.welcomes).toHaveLength(2), 10_000);
  done.resolve();
  controller.send({ type: "command", id: 1, command: { type: "verify" } });
  const results = () => controller.messages.filter((message) => message.type === "result");
  await vi.waitFor(() => expect(results()).toContainEqual({ type: "result", id: 1, ok: true, value: [] }));
  expect(results()).toHaveLength(1);
});

test("ignores what it does not know, with a line", async () => {
  connect();
  await eventually(() => expect(calls.welcomes).toHaveLength(1));
  for (const text of ["{", "[]", '{"type":"command","id":-1}', '{"type":"dance"}']) controller.sendText(text);
  controller.send(welcome("later"));
  await eventually(() => expect(calls.welcomes).toHaveLength(2));
  expect(calls.lines.filter((line) => line.includes("does not know"))).toHaveLength(4);
});

test("a refusal ends the link for good", async () => {
  controller.refuse = "unknown node";
  connect();
  await eventually(() => expect(calls.refusals).toEqual(["unknown node"]));
  await eventually(() => expect(controller.open()).toBe(0));
  expect(controller.messages).toHaveLength(1);
});

test("close sends what is queued and then bye", async () => {
  connect();
  await eventually(() => expect(calls.welcomes).toHaveLength(1));
  link?.facts([scrape("last")]);
  await link?.close();
  await eventually(() => expect(controller.messages.slice(-2).map(({ type }) => type)).toEqual(["facts", "bye"]));
});

test("a token that cannot be read is an error that says so", () => {
  expect(() => connect({ tokenFile: join(folder, "none") })).toThrow(/token/);
});

test("an address that is none is an error that says so", () => {
  expect(() => connect({ controller: "" })).toThrow(/http:/);
});

type Overrides = Partial<LinkOptions["environment"]> & Partial<Pick<LinkOptions, "onCommand">>;

function connect(overrides: Overrides = {}, port = controller.port): void {
  const { onCommand = () => undefined, ...environment } = overrides;
  link = connectToController({
    environment: { controller: `http://127.0.0.1:${port}`, node: "n", tokenFile, ...environment },
    hello: { role: "tracker", client: "test 1", port: 1 },
    onWelcome: ({ node }, again) => calls.welcomes.push([node, again]),
    onCommand,
    onRefused: (reason) => calls.refusals.push(reason),
    log: (line) => calls.lines.push(line),
  });
}

test("a sample has only the torrents that changed; the first one after a hello has all", async () => {
  connect({ node: "leecher-1" });
  await eventually(() => expect(calls.welcomes).toHaveLength(1));
  const row = (torrent: string, uploaded: number) => ({
    ...{ torrent: torrent.repeat(40), uploaded, downloaded: 0, wasted: 0, left: 0, connected: 1, peers: [] },
  });
  const say = (...uploaded: [number, number]) =>
    link?.sample({ type: "sample", memory: null, load: 0, torrents: [row("a", uploaded[0]), row("b", uploaded[1])] });
  const samples = () =>
    controller.messages.flatMap((message) =>
      message.type === "sample" ? [message.torrents.map(({ torrent }) => torrent[0]).join("")] : [],
    );
  say(1, 1);
  say(1, 2);
  say(1, 2);
  await eventually(() => expect(samples()).toEqual(["ab", "b", ""]));
  const port = controller.port;
  await controller.stop();
  controller = await startController(port);
  await vi.waitFor(() => expect(calls.welcomes).toHaveLength(2), 10_000);
  say(1, 2);
  await eventually(() => expect(samples()).toEqual(["ab"]));
});
