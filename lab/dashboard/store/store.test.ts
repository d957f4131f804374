import { expect, test } from "vitest";
import type { ApiClient, LabEvent } from "../../api/client.ts";
import type { JournalLine } from "../../api/journal.ts";
import { apply, emptyModel } from "../../swarm/model.ts";
import { sentence } from "../../swarm/sentence.ts";
import { toStatus } from "../../swarm/status.ts";
import { fakeLines, smallSwarm } from "../fake-swarm.fixture.ts";
import type { DashboardOptions, Phase } from "../options.ts";
import { noReach } from "../ui/ui.ts";
import type { Frame, Store } from "./frame.ts";
import { createStore } from "./store.ts";

const lines = fakeLines(smallSwarm, 10);
const reach = { ...noReach, page: 5, peers: ["seeder-1", "leecher-1"] };

/** A client whose journal is there at once and then stays silent until it is broken. */
function clientOf(journal: readonly JournalLine[]) {
  const commands: unknown[] = [];
  const broken = Promise.withResolvers<void>();
  const model = emptyModel();
  for (const line of journal) apply(model, line);
  const client: ApiClient = {
    status: async () => toStatus(model, { now: model.t, controllerUrl: null, connections: false }),
    async *events({ signal } = {}): AsyncGenerator<LabEvent[]> {
      yield journal.map((line) => ({ kind: "line", line }));
      const ended = new Promise((resolve) => signal?.addEventListener("abort", resolve));
      await Promise.race([broken.promise, ended]);
    },
    async command(command) {
      commands.push(command);
      return { ok: true };
    },
  };
  return { client, commands, lose: (reason: Error) => broken.reject(reason) };
}

function storeOf(changes: Partial<DashboardOptions> = {}): Store {
  return createStore({
    client: clientOf(lines).client,
    lab: "demo",
    started: false,
    actions: {},
    signal: new AbortController().signal,
    tell: sentence,
    pace: { news: 1, key: 1 },
    ...changes,
  });
}

/** The first frame that is as wanted. */
function framed(store: Store, wanted: (frame: Frame) => boolean): Promise<Frame> {
  return new Promise((resolve) => {
    const check = () => {
      if (wanted(store.frame())) resolve(store.frame());
    };
    store.subscribe(check);
    check();
  });
}

const live = ({ stage }: Frame) => stage.kind === "live";

test("goes from the phases of the start to the live swarm, and q leaves it running", async () => {
  const client = Promise.withResolvers<ApiClient>();
  async function* phases(): AsyncGenerator<Phase> {
    yield { phase: "start", subject: "tracker", done: true };
  }
  const store = storeOf({ client: client.promise, phases: phases() });
  const end = store.run();
  const starting = await framed(store, ({ stage }) => stage.kind === "starting" && stage.phases.steps.length === 1);
  expect(starting.stage).toMatchObject({ phases: { title: "demo is starting" } });
  client.resolve(clientOf(lines).client);
  await framed(store, live);
  expect(store.feed.model.nodes["leecher-1"]?.state).toBe("running");
  store.press(["q"]);
  expect(await end).toBe("detach");
});

test("rejects with the reason when the lab does not come up", async () => {
  const store = storeOf({ client: Promise.reject(new Error("no disk")) });
  await expect(store.run()).rejects.toThrow("no disk");
});

test("rejects when the controller stays away", async () => {
  const { client, lose } = clientOf(lines);
  const store = storeOf({ client });
  const end = store.run();
  await framed(store, live);
  lose(new Error("the controller is gone"));
  await expect(end).rejects.toThrow("the controller is gone");
});

test("Ctrl-C leaves a lab that another command started", async () => {
  const store = storeOf();
  const end = store.run();
  store.press(["ctrl-c"]);
  expect(await end).toBe("detach");
});

test("Ctrl-C removes a lab that this command started, with its progress on the screen", async () => {
  const gone = Promise.withResolvers<void>();
  async function* removal(): AsyncGenerator<Phase> {
    yield { phase: "remove", subject: "leecher-1", done: false };
    await gone.promise;
    yield { phase: "remove", subject: "leecher-1", done: true };
  }
  const store = storeOf({ started: true, remove: removal });
  const end = store.run();
  await framed(store, live);
  store.press(["ctrl-c"]);
  const removing = await framed(store, ({ stage }) => stage.kind === "removing" && stage.phases.steps.length === 1);
  expect(removing.stage).toMatchObject({ phases: { steps: [{ subject: "leecher-1", done: false }] } });
  gone.resolve();
  expect(await end).toBe("remove");
});

test("a second Ctrl-C gives up at once", async () => {
  async function* stuck(): AsyncGenerator<Phase> {
    await new Promise(() => {});
  }
  const store = storeOf({ started: true, remove: stuck });
  const end = store.run();
  store.press(["ctrl-c"]);
  store.press(["ctrl-c"]);
  expect(await end).toBe("abandon");
});

test("m writes a marker into the journal", async () => {
  const { client, commands } = clientOf(lines);
  const store = storeOf({ client });
  const end = store.run();
  await framed(store, live);
  store.press(["m", "h", "i", "space", "!", "x", "backspace", "enter"]);
  expect(commands).toEqual([{ type: "mark", text: "hi !" }]);
  store.press(["q"]);
  await end;
});

test("a key that changes the swarm gets the chosen peer; a destructive one asks first; failures are told", async () => {
  const done: string[] = [];
  const store = storeOf({
    actions: {
      removeNode: async (peer) => {
        done.push(`removed ${peer}`);
        throw new Error("it would not go");
      },
      announce: async () => "announced",
    },
  });
  const end = store.run();
  await framed(store, live);
  store.showed(reach);
  store.press(["n"]);
  await framed(store, ({ notice }) => notice === "announced");
  store.press(["down"]);
  store.press(["x"]);
  expect((await framed(store, ({ ui }) => ui.overlay.kind === "confirm")).ui.overlay).toMatchObject({
    question: "Remove leecher-1?",
  });
  store.press(["n"]);
  expect(done).toEqual([]);
  store.press(["x"]);
  store.press(["y"]);
  expect((await framed(store, ({ notice }) => notice === "it would not go")).notice).toBe("it would not go");
  expect(done).toEqual(["removed leecher-1"]);
  store.press(["q"]);
  await end;
});

test("what a key does is said until it is done", async () => {
  const added = Promise.withResolvers<string>();
  const store = storeOf({ actions: { addLeecher: () => added.promise } });
  const end = store.run();
  await framed(store, live);
  store.press(["a"]);
  await framed(store, ({ notice }) => notice === "adding a leecher …");
  added.resolve("leecher-6 joins");
  await framed(store, ({ notice }) => notice === "leecher-6 joins");
  store.press(["q"]);
  await end;
});

test("a question is about the peer that it names, whatever the order is when it is answered", async () => {
  const done: (string | undefined)[] = [];
  const store = storeOf({ actions: { removeNode: async (peer) => `${done.push(peer)}` } });
  const end = store.run();
  await framed(store, live);
  store.showed(reach);
  store.press(["x"]);
  store.showed({ ...reach, peers: ["leecher-1", "seeder-1"] });
  store.press(["y"]);
  expect(done).toEqual(["seeder-1"]);
  store.press(["q"]);
  await end;
});

test("a question is not answered by what came in one piece with the key that asks", async () => {
  const done: (string | undefined)[] = [];
  const store = storeOf({ actions: { removeNode: async (peer) => `${done.push(peer)}` } });
  const end = store.run();
  await framed(store, live);
  store.showed(reach);
  store.press(["x", "y", "l", "o"]);
  expect(done).toEqual([]);
  store.press(["y"]);
  expect(done).toEqual(["seeder-1"]);
  store.press(["q"]);
  await end;
});

test("n announces the peer under the cursor, and everybody where none is shown", async () => {
  const asked: (string | undefined)[] = [];
  const announce = async (peer: string | undefined) => `${asked.push(peer)}`;
  const store = storeOf({ actions: { announce } });
  const end = store.run();
  await framed(store, live);
  store.showed(reach);
  store.press(["n", "5", "n", "q"]);
  expect(asked).toEqual(["seeder-1", undefined]);
  await end;
});

test("an abort from outside is like q", async () => {
  const abort = new AbortController();
  const store = storeOf({ signal: abort.signal });
  const end = store.run();
  abort.abort();
  expect(await end).toBe("detach");
});
