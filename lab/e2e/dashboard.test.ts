import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openTerminal, type TestTerminal } from "../dashboard/terminal.fixture.ts";
import { runtimesHere } from "./runtimes.ts";
import { bytes, openScene, type Scene } from "./scene.ts";

const BIN = join(import.meta.dirname, "../bin.cjs");
const MIB = 1024 * 1024;
const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

/** What has to be seen of each view, once something was given. */
const views = [
  ["1", /NAME↓[\s\S]*◆ seeder-1 .*seeding[\s\S]*leecher-1 /],
  ["2", /◆ seeder-1 +100% █{20,}[\s\S]*copies +\d+[\s\S]*distributed copies/],
  ["3", /◆ seeder-1 +\\[\s\S]*seeder-1 over the last \d+ seconds[\s\S]*━/],
  ["4", /GIVER↓[\s\S]*seeder-1 +\S+ MiB +→ +leecher-\d +\S+ .iB +\d+%/],
  ["5", /■ bittorrent-tracker[\s\S]*announce started +\S+-1/],
  ["6", /leecher-\d completed piece \d+ of film.bin/],
  ["7", /↓ swarm +\S+ [KM]?i?B\/s[\s\S]*[⣿⡇⢸⣶⣤⣀]/],
] as const;

function open(scene: Scene, ...args: string[]): TestTerminal {
  const { CI: _, ...env } = scene.env;
  return openTerminal([process.execPath, BIN, ...args, "--name", scene.name], {
    columns: 80,
    rows: 24,
    cwd: scene.dir,
    env,
  });
}

describe.each(runtimesHere)("the dashboard in the %s runtime", (runtime) => {
  test("shows a lab from its first step to its end, in every size, and again after leaving", async () => {
    await using scene = await openScene(runtime, "dashboard");
    scene.source("film.bin", bytes(24 * MIB, "dashboard"));
    using terminal = open(scene, "up", "--runtime", runtime);
    await terminal.until("a step of the start", (text) => /is starting[\s\S]*started controller/.test(text), 60);
    await terminal.until("something given", (text) => /leecher-\d completed piece/.test(text), 60);
    for (const [columns, rows] of sizes) {
      terminal.resize(columns, rows);
      for (const [key, sign] of views) {
        terminal.press(key);
        const text = await terminal.until(`view ${key} at ${columns}×${rows}`, (now) => sign.test(now));
        expect(text.split("\n").at(-1)).toBe("");
      }
    }
    terminal.press("1");
    await terminal.until("the end", (text) => /complete .*[\s\S]*took \S+ · efficiency \d+%/.test(text), 90);
    terminal.press("mdone\r");
    await terminal.until("the marker", (text) => text.includes("◈ done"));
    terminal.press("q");
    expect(await terminal.exit).toBe(0);
    expect(terminal.onAlternateScreen()).toBe(false);
    expect(terminal.rows().join("\n")).toContain(`goes on: lab watch --name ${scene.name}`);

    using again = open(scene, "watch");
    await again.until("the story from its start", (text) => /complete[\s\S]*◈ done/.test(text), 30);
    again.press("\u0003");
    expect(await again.exit).toBe(0);
    expect((await scene.status()).lab.state).toBe("complete");
  });

  test("Ctrl-C in the lab up that started it removes all of it", async () => {
    await using scene = await openScene(runtime, "interrupt");
    scene.source("film.bin", bytes(24 * MIB, "interrupt"));
    using terminal = open(scene, "up", "--runtime", runtime);
    await terminal.until("the peers", (text) => /leecher-1 +downloading/.test(text), 60);
    terminal.press("\u0003");
    expect(await terminal.exit).toBe(130);
    expect(terminal.onAlternateScreen()).toBe(false);
    expect(terminal.rows().join("\n")).toContain("removed the lab");
    expect(await scene.leftovers()).toEqual([]);
  });

  test.runIf(runtime === "process")("Ctrl-C again ends at once and names what is left", async () => {
    await using scene = await openScene(runtime, "abandon");
    scene.source("film.bin", bytes(24 * MIB, "abandon"));
    using terminal = open(scene, "up", "--runtime", runtime);
    await terminal.until("the peers", (text) => /leecher-1 +downloading/.test(text), 60);
    terminal.press("\u0003\u0003");
    expect(await terminal.exit).toBe(130);
    expect(terminal.onAlternateScreen()).toBe(false);
    expect(terminal.raw()).toMatch(
      /ended at once; of the lab "\S+" may be left: .*seeder-1, .*`lab down \S+` removes it/,
    );
  });

  test.runIf(runtime === "process")(
    "a lab that somebody else takes down ends the dashboards that show it, which say so",
    async () => {
      await using scene = await openScene(runtime, "elsewhere");
      scene.source("film.bin", bytes(24 * MIB, "elsewhere"));
      using started = open(scene, "up", "--runtime", runtime);
      await started.until("the peers", (text) => /leecher-1 +downloading/.test(text), 60);
      using watching = open(scene, "watch");
      await watching.until("the peers", (text) => /leecher-1 +downloading/.test(text), 60);
      await scene.ok("down", scene.name);
      for (const terminal of [started, watching]) {
        expect(await terminal.exit).toBe(0);
        expect(terminal.rows().join("\n")).toContain(`the lab "${scene.name}" is down: somebody else removed it`);
      }
    },
  );

  test("S stops the peer under the cursor, and starts it again", async () => {
    await using scene = await openScene(runtime, "stop");
    scene.source("film.bin", bytes(24 * MIB, "stop"));
    using terminal = open(scene, "up", "--runtime", runtime);
    await terminal.until("the peers", (text) => /leecher-1 +downloading/.test(text), 60);
    terminal.press("j");
    await terminal.until("the cursor", (text) => text.includes("▸ ● leecher-1"));
    terminal.press("S");
    await terminal.until(
      "it stopped",
      (text) => /leecher-1 +stopped/.test(text) && text.includes("leecher-1 was stopped"),
    );
    terminal.press("S");
    await terminal.until("it runs", (text) => text.includes("leecher-1 runs again"), 60);
    terminal.press("\u0003");
    expect(await terminal.exit).toBe(130);
  });

  test("a lab that cannot start says why on the plain screen and leaves nothing", async () => {
    await using scene = await openScene(runtime, "failing");
    scene.source("film.bin", bytes(MIB, "failing"));
    using terminal = open(scene, "up", "--runtime", runtime, "--profile", "no-such-profile");
    expect(await terminal.exit).toBe(2);
    expect(terminal.onAlternateScreen()).toBe(false);
    expect(terminal.rows().join("\n")).toContain("no-such-profile");
    expect(await scene.leftovers()).toEqual([]);
  });
});
