import { expect, test } from "vitest";
import { bindings, findBinding, validBindings } from "./keys.ts";
import { keysOf, textOf } from "./read-keys.ts";
import { type Intent, newUi, pointedAt, type Reach, reduce, type Ui } from "./ui.ts";

const reach: Reach = {
  ...{ page: 3, scroll: 10, feed: { back: 0, newest: 70 } },
  ...{ peers: ["a", "b", "c", "d", "e"], torrents: ["t1", "t2"] },
};

function after(ui: Ui, ...intents: Intent[]): Ui {
  return intents.reduce((now, intent) => reduce(now, intent, reach), ui);
}

test("the cursor goes from peer to peer and stops at both ends", () => {
  const move = (by: Extract<Intent, { type: "move" }>["by"]): Intent => ({ type: "move", by });
  expect(after(newUi(), move(1)).peer).toBe("b");
  expect(after(newUi(), move(-1)).peer).toBe("a");
  expect(after(newUi(), move("page-down"), move("page-down")).peer).toBe("e");
  expect(after(newUi(), move("bottom"), move("top")).peer).toBe("a");
});

test("the cursor stays on its peer when the order changes, and is on its neighbour when that peer is gone", () => {
  const ui = after({ ...newUi(), peer: "c" }, { type: "seen" });
  expect(reduce(ui, { type: "move", by: 1 }, { ...reach, peers: ["c", "a"] }).peer).toBe("a");
  const without = { ...reach, peers: ["a", "b", "d", "e"] };
  const gone = reduce(ui, { type: "seen" }, without);
  expect(pointedAt(gone, without)).toBe("d");
  expect(reduce(gone, { type: "move", by: 1 }, without).peer).toBe("e");
  expect(pointedAt(gone, { ...reach, peers: ["a"] })).toBe("a");
  expect(pointedAt(gone, { ...reach, peers: [] })).toBeUndefined();
});

test("Enter opens the peer under the cursor, and keeps to it when the order changes", () => {
  const opened = after(newUi(), { type: "open" });
  expect(opened).toMatchObject({ peer: "a", overlay: { kind: "peer" } });
  expect(pointedAt(opened, { ...reach, peers: ["b", "a"] })).toBe("a");
  expect(pointedAt(opened, { ...reach, peers: ["b"] })).toBe("a");
});

test("keys are about the peer under the cursor where one is shown, and about nobody elsewhere", () => {
  expect(pointedAt(newUi(), reach)).toBe("a");
  expect(pointedAt({ ...newUi(), peer: "c" }, reach)).toBe("c");
  expect(pointedAt({ ...newUi(), peer: "gone" }, reach)).toBe("a");
  expect(pointedAt({ ...newUi(), peer: "c", view: "tracker" }, reach)).toBeUndefined();
});

test("a feed is scrolled back from its newest line and follows again at its end", () => {
  const events = { ...newUi(), view: "events" as const };
  const up = after(events, { type: "move", by: "page-up" });
  expect(up.feeds.events).toEqual({ back: 3, newest: 70 });
  const further = (by: Extract<Intent, { type: "move" }>["by"]) =>
    reduce(up, { type: "move", by }, { ...reach, feed: { back: 3, newest: 75 } }).feeds.events;
  expect(further("top")).toEqual({ back: 10, newest: 75 });
  expect(further("bottom")).toEqual({ back: 0, newest: 75 });
  expect(further(1)).toEqual({ back: 2, newest: 75 });
});

test("the torrents go round, with all of them in between", () => {
  const next = (torrent: string | null) => after({ ...newUi(), torrent }, { type: "torrent", by: 1 }).torrent;
  expect([null, "t1", "t2", "gone"].map(next)).toEqual(["t1", "t2", null, "t1"]);
  expect(after(newUi(), { type: "torrent", by: -1 }).torrent).toBe("t2");
});

test("a filter works while it is typed; Enter keeps it and Esc drops it", () => {
  const typing = after(
    newUi(),
    { type: "write", into: "filter" },
    { type: "typed", text: "l" },
    { type: "typed", text: "é" },
  );
  expect(typing.filter).toBe("lé");
  expect(after(typing, { type: "erase" }).filter).toBe("l");
  expect(after(typing, { type: "entered" })).toMatchObject({ typing: null, filter: "lé" });
  expect(after(typing, { type: "back" })).toMatchObject({ typing: null, filter: "" });
});

test("Esc goes back one step at a time and never leaves", () => {
  const deep: Ui = { ...newUi(), filter: "x", overlay: { kind: "peer" } };
  const once = after(deep, { type: "back" });
  expect(once).toMatchObject({ overlay: { kind: "none" }, filter: "x" });
  expect(after(once, { type: "back" }).filter).toBe("");
});

test("s goes through the columns and r turns the order round", () => {
  expect(after(newUi(), { type: "sort" }, { type: "reverse" }).sort.peers).toEqual({ by: "progress", reversed: true });
  const gave = { ...newUi(), view: "gave" as const };
  expect(after(gave, { type: "sort" }).sort.gave.by).toBe("bytes");
});

test("every key means one thing at a time", () => {
  const states: Ui[] = [newUi(), { ...newUi(), view: "events" }, { ...newUi(), overlay: { kind: "peer" } }];
  const all = new Set(bindings.flatMap(({ effect }) => (effect.kind === "action" ? [effect.action] : [])));
  for (const ui of states) {
    const keys = validBindings(ui, all).flatMap((binding) => binding.keys);
    expect(keys.length).toBe(new Set(keys).size);
  }
});

test("a key whose action nobody provides does nothing, nor does one that would change nothing to be seen", () => {
  expect(findBinding("a", newUi(), new Set())).toBeUndefined();
  expect(findBinding("a", newUi(), new Set(["addLeecher"]))?.effect).toEqual({ kind: "action", action: "addLeecher" });
  expect(findBinding("x", { ...newUi(), view: "events" }, new Set(["removeNode"]))).toBeUndefined();
  expect(findBinding("/", { ...newUi(), overlay: { kind: "help" } }, new Set())).toBeUndefined();
});

test("keys have the names that the table uses", () => {
  const none = Object.fromEntries(
    [
      "upArrow",
      "downArrow",
      "pageDown",
      "pageUp",
      "home",
      "end",
      "return",
      "escape",
      "ctrl",
      "shift",
      "tab",
      "backspace",
      "delete",
    ].map((name) => [name, false]),
  ) as unknown as Parameters<typeof keysOf>[1];
  expect(keysOf("", { ...none, tab: true, shift: true })).toEqual(["shift-tab"]);
  expect(keysOf("c", { ...none, ctrl: true })).toEqual(["ctrl-c"]);
  expect(keysOf(" ", none)).toEqual(["space"]);
  expect(keysOf("G", none)).toEqual(["G"]);
  expect(keysOf("end\r", none)).toEqual(["e", "n", "d", "enter"]);
  expect(keysOf("ctrl-c", none)).toEqual([..."ctrl-c"]);
  expect(["é", "😀", "space", "home", "ctrl-c"].map(textOf)).toEqual(["é", "😀", " ", undefined, undefined]);
});
