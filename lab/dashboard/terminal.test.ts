import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type FakeController, startFakeController } from "./fake-controller.fixture.ts";
import { smallSwarm } from "./fake-swarm.fixture.ts";
import type { RunFixture } from "./run.fixture.ts";
import { bundle, openTerminal, type TestTerminal } from "./terminal.fixture.ts";

/** The dashboard in a real pseudo-terminal, before a made-up swarm behind a real HTTP API. */

// A deadline only: a machine that builds and tests other things meanwhile starts a program in seconds.
vi.setConfig({ testTimeout: 60_000 });

let built: Awaited<ReturnType<typeof bundle>>;
let controller: FakeController;

beforeAll(async () => {
  built = await bundle("lab/dashboard/run.fixture.ts");
  controller = await startFakeController(smallSwarm, 10);
}, 60_000);

afterAll(async () => {
  await controller[Symbol.asyncDispose]();
  built[Symbol.dispose]();
});

function open(
  fixture: RunFixture = {},
  size = { columns: 80, rows: 24 },
  env: Record<string, string> = {},
): TestTerminal {
  const fake = JSON.stringify({ url: controller.url, ...fixture });
  return openTerminal([process.execPath, built.program], { ...size, env: { ...env, LAB_FAKE: fake } });
}

const peersView = (text: string) => /NAME↓[\s\S]*seeder-1 +seeding/.test(text);

/** As it was before: main screen, cursor shown, no attribute left on. */
function expectRestored(terminal: TestTerminal): void {
  const raw = terminal.raw();
  expect(terminal.onAlternateScreen()).toBe(false);
  expect(raw.lastIndexOf("\u001b[?1049l")).toBeGreaterThan(raw.lastIndexOf("\u001b[?1049h"));
  expect(raw.lastIndexOf("\u001b[?25h")).toBeGreaterThan(raw.lastIndexOf("\u001b[?25l"));
  expect(raw.lastIndexOf("\u001b[?7h")).toBeGreaterThan(raw.lastIndexOf("\u001b[?7l"));
  expect(raw.lastIndexOf("\u001b[?2004l")).toBeGreaterThan(raw.lastIndexOf("\u001b[?2004h"));
}

test("shows the swarm, answers keys, and q leaves the terminal as it was", async () => {
  using terminal = open();
  await terminal.until("the peers", peersView);
  expect(terminal.onAlternateScreen()).toBe(true);
  expect(terminal.rows().at(-1)).toBe("");
  const views = [
    ["2", /copies +\d+/],
    ["3", /seeder-1 over the last \d+ seconds/],
    ["4", /GIVER↓/],
    ["5", /http announce started/],
    ["6", /completed piece/],
    ["7", /↓ swarm/],
    ["?", /Flags of a connection|Signs/],
  ] as const;
  for (const [key, sign] of views) {
    terminal.press(key);
    await terminal.until(`view ${key}`, (text) => sign.test(text));
  }
  terminal.press("q");
  expect(await terminal.exit).toBe(0);
  expectRestored(terminal);
  expect(terminal.rows().join("\n")).toContain("ended: detach");
  const [last] = terminal.raw().match(/\u001b\[\d+;1H(?=[^H]*\u001b\[\?1049l)/) ?? [];
  expect(last, "where the cursor is left on a terminal without an alternate screen").toBe("\u001b[24;1H");
});

test("moves, opens a peer, goes back, filters and sorts", async () => {
  using terminal = open();
  await terminal.until("the peers", peersView);
  terminal.press("\u001b[B");
  await terminal.until("the cursor on leecher-1", (text) => /▸ . leecher-1/.test(text));
  terminal.press("\r");
  await terminal.until("leecher-1 opened", (text) => /leecher-1 {2}leecher {2}/.test(text) && /PEER +FLAGS/.test(text));
  terminal.press("\u001b");
  await terminal.until("the peers again", peersView);
  terminal.press("/leecher-3\r");
  await terminal.until(
    "only leecher-3",
    (text) => text.includes('filter "leecher-3"') && !/^. . leecher-1 /m.test(text),
  );
  terminal.press("\u001b");
  await terminal.until("all of them", (text) => /^. . leecher-1 /m.test(text));
  terminal.press("ssss");
  await terminal.until("sorted by ratio", (text) => text.includes("RATIO↓"));
  terminal.press("q");
  expect(await terminal.exit).toBe(0);
});

test("m writes a marker with any text", async () => {
  using terminal = open();
  await terminal.until("the peers", peersView);
  terminal.press("mlook here é\r");
  await terminal.until("the keys again", (text) => text.includes("? help"));
  terminal.press("q");
  await terminal.exit;
  expect(controller.commands).toContainEqual({ type: "mark", text: "look here é" });
});

test("words that are names of keys are text", async () => {
  using terminal = open({ started: true });
  await terminal.until("the peers", peersView);
  terminal.press("m");
  await terminal.until("the marker", (text) => text.includes("marker:"));
  terminal.press("end");
  await terminal.until("the word", (text) => text.includes("marker: end"));
  terminal.press("\r");
  await terminal.until("the keys again", (text) => text.includes("? help"));
  terminal.press("ctrl-c");
  await terminal.until("r, which reverses the order", (text) => text.includes("NAME↑"));
  terminal.press("q");
  await terminal.exit;
  expect(terminal.rows().join("\n")).toContain("ended: detach");
  expect(controller.commands).toContainEqual({ type: "mark", text: "end" });
});

test("what is pasted is written into a marker, and answers no question; nor does what came along with the key that asks", async () => {
  using terminal = open();
  await terminal.until("the peers", peersView);
  terminal.press("\u001b[200~xy\u001b[201~m");
  await terminal.until("the marker", (text) => text.includes("marker:"));
  terminal.press("\u001b[200~q for\nall\u001b[201~");
  await terminal.until("what was pasted", (text) => text.includes("marker: q for all"));
  terminal.press("\u001b");
  await terminal.until("the keys again", (text) => text.includes("? help"));
  terminal.press("xylophone");
  await terminal.until("the question", (text) => text.includes("Remove seeder-1?"));
  expect(terminal.raw()).not.toContain("was removed");
  terminal.press("y");
  await terminal.until("the answer", (text) => text.includes("seeder-1 was removed"));
  terminal.press("q");
  await terminal.exit;
});

test("a second viewer may attach, and come back after leaving", async () => {
  using first = open();
  using second = open({}, { columns: 120, rows: 40 });
  await Promise.all([first.until("the peers", peersView), second.until("the peers", peersView)]);
  first.press("q");
  await first.exit;
  using again = open();
  await again.until("the peers", peersView);
  again.press("q");
  second.press("\u0003");
  expect(await Promise.all([again.exit, second.exit])).toEqual([0, 0]);
  expect(second.rows().join("\n")).toContain("ended: detach");
});

test("L22: after a storm of resizes the picture is whole", async () => {
  using terminal = open();
  await terminal.until("the peers", peersView);
  for (let i = 0; i < 200; i += 1) terminal.resize(20 + ((i * 37) % 180), 5 + ((i * 13) % 55));
  terminal.resize(100, 30);
  const text = await terminal.until("the picture of the last size", (now) => {
    const rows = now.split("\n");
    return peersView(now) && /^ \? help/.test(rows[28] ?? "") && rows[29] === "" && /^ demo {2}/.test(rows[0] ?? "");
  });
  expect(text.match(/seeder-1 +seeding/g)).toHaveLength(1);
  terminal.press("q");
  expect(await terminal.exit).toBe(0);
});

test("L22: in 20×5 it says the swarm in one row", async () => {
  using terminal = open({}, { columns: 20, rows: 5 });
  await terminal.until("the row", (text) => /^\d+% \d\/5◆/.test(text));
  expect(terminal.rows().slice(1).join("")).toBe("");
  terminal.press("q");
  expect(await terminal.exit).toBe(0);
});

test("Ctrl-C in the command that started the lab shows the removal", async () => {
  using terminal = open({ started: true });
  await terminal.until("the peers", peersView);
  terminal.press("\u0003");
  await terminal.until("the removal", (text) => text.includes("removing leecher-1"));
  expect(await terminal.exit).toBe(0);
  expectRestored(terminal);
  expect(terminal.rows().join("\n")).toContain("ended: remove");
});

test("a crash gives the terminal back, with all its settings, before its message is written", async () => {
  using terminal = openTerminal(["sh", "-c", 'stty -g; "$NODE" "$PROGRAM"; echo "code $?"; stty -g'], {
    columns: 120,
    rows: 24,
    env: {
      NODE: process.execPath,
      PROGRAM: built.program,
      LAB_FAKE: JSON.stringify({ url: controller.url, crash: true } satisfies RunFixture),
    },
  });
  await terminal.until("the peers", peersView);
  terminal.press("n");
  expect(await terminal.exit).toBe(0);
  expectRestored(terminal);
  const text = terminal.rows().join("\n");
  expect(text).toContain("a bug in the dashboard");
  expect(text).toContain("code 1");
  const [before, after, ...more] = text.match(/^[\da-f]+(:[\da-f]+){10,}$/gm) ?? [];
  expect(before).toBeDefined();
  expect(after).toBe(before);
  expect(more).toEqual([]);
});

test.each(["SIGTERM", "SIGHUP"] as const)("%s gives the terminal back", async (signal) => {
  using terminal = open();
  await terminal.until("the peers", peersView);
  terminal.signal(signal);
  await terminal.exit;
  expectRestored(terminal);
});

test("X08: names that hold escape sequences never reach the terminal", async () => {
  const evil = "\u001b]52;c;aGk=\u0007\u001b]0;title\u0007\u009b2J\u202e\r\n.mkv";
  using terminal = open({ url: "", torrents: [evil], client: evil, head: 5 });
  await terminal.until("the peers", peersView);
  for (const key of "2356") terminal.press(key);
  await terminal.until("the events", (text) => text.includes("completed piece"));
  terminal.press("q");
  await terminal.exit;
  expect(terminal.raw()).not.toMatch(/\u001b\]|\u0007|\u009b|\u202e/);
  expect(terminal.raw()).toContain("\\u{1b}]52");
});

test("NO_COLOR leaves only bold, underline and inverse", async () => {
  using terminal = open({}, { columns: 80, rows: 24 }, { NO_COLOR: "1" });
  await terminal.until("the peers", peersView);
  terminal.press("q");
  await terminal.exit;
  const colours = terminal.raw().match(/\u001b\[(?:\d+;)*(?:3[0-7]|38|9\d)(?:;\d+)*m/g);
  expect(colours).toBeNull();
});

test("the screen reader's mode writes sentences on the plain screen", async () => {
  using terminal = open({}, { columns: 100, rows: 40 }, { INK_SCREEN_READER: "true" });
  await terminal.until("a sentence about each peer", (text) =>
    /leecher-5 is (downloading|seeding) at \d+ percent/.test(text),
  );
  expect(terminal.onAlternateScreen()).toBe(false);
  terminal.press("j");
  await terminal.until("the cursor on the second peer", (text) => text.includes("The cursor is on leecher-1."));
  terminal.press("q");
  expect(await terminal.exit).toBe(0);
});
