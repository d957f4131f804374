import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { name as nodeName } from "../api/words.ts";
import { LabError } from "../errors.ts";
import { listProfiles, loadProfile } from "./load.ts";
import { profileText } from "./text.ts";

const SHIPPED = join(import.meta.dirname, "../../profiles");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lab-profiles-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.yaml`), text);
}

function refusal(...names: string[]): { message: string; hint: string | undefined; exitCode: number } {
  try {
    loadProfile(names, [folder, SHIPPED]);
  } catch (error) {
    if (error instanceof LabError) return { message: error.message, hint: error.hint, exitCode: error.exitCode };
    throw error;
  }
  throw new Error("it was accepted");
}

test("the default is one seeder at 2 MiB/s and five leechers at 1 MiB/s up, rarest first with three slots", () => {
  const { seeders, leechers, tracker, private: isPrivate } = loadProfile([], [SHIPPED]);
  expect(seeders).toMatchObject([{ count: 1, up: 2 * 1024 ** 2, down: null }]);
  expect(leechers).toMatchObject([{ count: 5, up: 1024 ** 2, slots: 3, strategy: "rarest" }]);
  expect(tracker).toEqual({ kind: "bittorrent-tracker", interval: 10 });
  expect(isPrivate).toBe(true);
});

test("every shipped profile is fine", () => {
  for (const { name } of listProfiles([SHIPPED]))
    expect(loadProfile([name], [SHIPPED]).leechers.length).toBeGreaterThan(0);
});

test("an unknown key is refused at its place, with the likely one", () => {
  write("mine", "leechers:\n  - { count: 5, upp: 1MiB/s }\n");
  const { message, hint, exitCode } = refusal("mine");
  expect(message).toMatch(/mine\.yaml:2:17: leechers\.0: unknown key "upp"$/);
  expect(hint).toBe('Did you mean "up"?');
  expect(exitCode).toBe(2);
});

test.each([
  ["tracker: { interval: 10parsecs }", /:1:12: tracker\.interval: "10parsecs" is no duration/],
  ["pieceLength: 100KiB", /a piece length is a power of two/],
  ["leechers: [{ count: -1 }]", /leechers\.0\.count/],
  ["leechers: [{ count: many }]", /leechers\.0\.count/],
  ["leechers: [{ strategy: fastest }]", /leechers\.0\.strategy/],
  ["a: [1\nb: 2", /:2:1: /],
  ["- just a list", /:1:1: /],
  ["leechers: [{ name: tracker }]", /the lab has a node of that name/],
  ["seeders: [{}]\nleechers: [{}, {}]", /two groups are called "leecher"/],
  ["leechers: [{ name: Big Peer }]", /lower-case letters/],
])("%j is refused with a reason", (text, reason) => {
  write("mine", text);
  expect(refusal("mine").message).toMatch(reason);
});

test("a group that downloads nothing cannot leave when it is complete, one that does can", () => {
  write("mine", "seeders:\n  - count: 2\n    join: { every: 5s }\n    leave: { after: complete }\n");
  expect(refusal("mine").message).toMatch(
    /mine\.yaml:4:5: seeders\.0\.leave: who downloads nothing never completes .* `fetches`/,
  );
  write("mine", 'leechers: [{ seeds: ["*"], fetches: [], leave: { after: complete } }]');
  expect(refusal("mine").message).toMatch(/:1:41: leechers\.0\.leave: who downloads nothing/);
  write("mine", 'seeders: [{ seeds: ["a"], fetches: ["b"], leave: { after: complete, linger: 3s } }]\nleechers: [{}]');
  expect(loadProfile(["mine"], [folder]).seeders[0]?.leave).toEqual({ after: "complete", linger: 3 });
});

test.each([
  [
    "seeders:\n  - {}\nleechers:\n  - {}\n  - {}\n",
    /mine\.yaml:5:5: leechers\.1\.name: two groups are called "leecher"/,
  ],
  [
    "leechers:\n  - name: seeder\nseeders:\n  - {}\n",
    /mine\.yaml:2:5: leechers\.0\.name: two groups are called "seeder"/,
  ],
  ["leechers:\n  - name: web\n", /mine\.yaml:2:5: leechers\.0\.name: a group cannot be called "web"/],
])("a group's name that is taken is refused at its place: %j", (text, reason) => {
  write("mine", text);
  expect(refusal("mine").message).toMatch(reason);
});

test("two groups of one name in two files are an error that names both; a name in one is that file's", () => {
  write("mine", "seeders: [{}]\nleechers: [{}]\n");
  write("more", "overlay: true\nleechers: [{ count: 2 }]\n");
  expect(refusal("mine", "more").message).toMatch(
    /\/mine\.yaml and .*\/more\.yaml: two groups are called "leecher": give one of them a `name`$/,
  );
  write("bad", "overlay: true\nleechers:\n  - name: tracker\n");
  expect(refusal("mine", "bad").message).toMatch(/\/bad\.yaml:3:5: /);
});

test.each(["*.iso", "*"])("the glob %s without quotes is refused at its place, with what to write", (glob) => {
  write("mine", `leechers:\n  - { fetches: [docs, ${glob}] }\n`);
  const { message, hint, exitCode } = refusal("mine");
  expect(message).toMatch(/mine\.yaml:2:23: .*alias/i);
  expect(hint).toBe(`a name that begins with * goes into quotes: "${glob}"`);
  expect(exitCode).toBe(2);
});

test("an alias of something stands for it", () => {
  write("mine", "seeders: [{ seeds: &isos ['*.iso'] }]\nleechers: [{ fetches: *isos }]\n");
  expect(loadProfile(["mine"], [folder]).leechers[0]?.fetches).toEqual(["*.iso"]);
});

test("the names of a group's nodes are names: a longer one than that is refused", () => {
  const named = (length: number) => write("mine", `leechers: [{ count: 1000, name: ${"n".repeat(length)} }]`);
  named(59);
  expect(refusal("mine").message).toMatch(/:1:27: leechers\.0\.name: a group's name has 58 characters at most/);
  named(58);
  const [group] = loadProfile(["mine"], [folder]).leechers;
  expect(nodeName.safeParse(`${group?.name}-1000`).success).toBe(true);
});

test("less memory than a program takes is refused, for a group and for all", () => {
  write("mine", "leechers: [{ memory: 63MiB }]");
  expect(refusal("mine").message).toMatch(
    /:1:14: leechers\.0\.memory: a peer's program does not run in less than 64MiB/,
  );
  write("mine", "memory: 100");
  expect(refusal("mine").message).toMatch(/:1:1: memory: a peer's program/);
  write("mine", "memory: 64MiB");
  expect(loadProfile(["mine"], [folder]).memory).toBe(64 * 1024 ** 2);
});

test("a mistyped profile is answered with the likely one", () => {
  expect(refusal("defualt").hint).toBe('Did you mean "default"?');
});

test("overlays merge maps and append lists; default is their base", () => {
  write("extra", "overlay: true\nweb: true\nleechers: [{ name: slow, count: 2, up: 100KiB/s }]\n");
  const profile = loadProfile(["extra"], [folder, SHIPPED]);
  expect(profile.name).toBe("default+extra");
  expect(profile.web).toBe(true);
  expect(profile.leechers.map(({ name, count }) => [name, count])).toEqual([
    [undefined, 5],
    ["slow", 2],
  ]);
});

test("a value that two profiles set is an error that names both", () => {
  write("a", "overlay: true\npieceLength: 64KiB\n");
  write("b", "overlay: true\npieceLength: 32KiB\n");
  expect(refusal("a", "b").message).toMatch(/b\.yaml: "pieceLength" is set already by .*a\.yaml/);
});

test("two base profiles cannot be combined", () => {
  expect(refusal("default", "quick").message).toContain("cannot be combined");
});

test("an alias bomb is refused", () => {
  const bomb = [
    "a: &a [x,x,x,x,x,x,x,x,x]",
    ...["b", "c", "d", "e", "f"].map((key, index) => {
      const previous = "abcdef"[index];
      return `${key}: &${key} [${Array(9).fill(`*${previous}`).join(",")}]`;
    }),
  ];
  write("bomb", bomb.join("\n"));
  expect(refusal("bomb").message).toMatch(/aliases|unknown key/);
});

test("a profile may end in .yml as well, also the user's own default; with both endings it is an error", () => {
  writeFileSync(join(folder, "default.yml"), "seeders: [{}]\nleechers: [{ count: 3 }]\n");
  expect(loadProfile([], [folder, SHIPPED]).leechers[0]?.count).toBe(3);
  for (const { name } of listProfiles([folder])) expect(loadProfile([name], [folder]).name).toBe("default");
  write("default", "leechers: [{ count: 4 }]");
  expect(refusal("default")).toMatchObject({
    message: expect.stringMatching(/two profiles of one name: .*\/default\.yaml and .*\/default\.yml$/),
    exitCode: 2,
  });
});

test("the text of a profile is a profile that makes the same lab", () => {
  write(
    "mine",
    "description: d\nprivate: false\nseeders: [{ up: 1MiB/s, link: { delay: 50ms } }]\nleechers: [{ fetches: ['*'] }]",
  );
  const profile = loadProfile(["mine", "debug"], [folder, SHIPPED]);
  expect(profileText(profile)).toContain("down: unlimited");
  write("again", profileText(profile));
  expect(loadProfile(["again"], [folder])).toEqual({ ...profile, name: "again" });
});

test("the user's own profile comes before a shipped one of the same name", () => {
  write("default", "seeders: [{}]\nleechers: [{ count: 2 }]\n");
  expect(loadProfile([], [folder, SHIPPED]).leechers[0]?.count).toBe(2);
});
