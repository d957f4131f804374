import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytes, type Outcome, openScene } from "./scene.ts";

/** Entries of `sources/` that a terminal, a shell or Compose would do something with. */
const NAMES = [
  "clear \u001b[2J\u001b[H.bin",
  "clipboard \u001b]52;c;aGk=\u0007.bin",
  "title \u001b]0;mine\u0007.bin",
  "link \u001b]8;;mailto:evil\u001b\\x\u001b]8;;\u001b\\.bin",
  "c1 \u009b2J\u009d0;x\u009c.bin",
  "return\r.bin",
  "back\b\b\b.bin",
  "line\nlab: everything is fine\n.bin",
  "bell\u0007.bin",
  "delete\u007f.bin",
  "bidi \u202egnp.exe",
  "isolate \u2066x\u2069.bin",
  "zero\u200bwidth\ufeff.bin",
  "$(touch P) `touch P` ; touch P.bin",
  "$" + "{HOME} $HOME $$.bin",
  "-rf '\" \\ & | > P",
];
/** Raw, in anything that is written; new lines and our own colours aside. */
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

test("X08, T03: names that a terminal would obey are shown escaped by every command, and arrive as they are", async () => {
  await using scene = await openScene("process", "names");
  for (const name of NAMES) scene.source(name, bytes(20_000, name));
  const named = ["--name", scene.name];
  const all: [string, Outcome][] = [];
  const say = async (...args: string[]) => {
    const outcome = await scene.lab(...args, ...named);
    all.push([args.join(" "), outcome]);
    return outcome;
  };
  const watching = ["up", "--plain", "--runtime", "process", "--profile", "quick", "--leechers", "1"];
  await say(...watching, "--until", "complete", "--timeout", "60");
  for (const args of ["status", "status --json", "ps", "ps --json", "events --no-follow", "events --no-follow --json"])
    await say(...args.split(" "));
  for (const args of ["torrents ls", "torrents ls --json", "logs", "retorrent", "retorrent --json", "config"])
    await say(...args.split(" "));
  const verified = await say("verify", "--json");
  await say("verify");
  // What a user types is said back to him, and may have been pasted.
  for (const name of NAMES.filter((_, index) => index % 4 === 0)) {
    await say("stop", name);
    await say("up", "--profile", name);
    await say("torrents", "check", name);
    await say("down", name);
  }
  for (const [command, { stdout, stderr }] of all)
    for (const text of [stdout, stderr]) expect([command, UNSAFE.exec(text)?.[0]]).toEqual([command, undefined]);
  const { verdicts } = JSON.parse(verified.stdout) as { verdicts: { torrent: string; verdict: string }[] };
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(NAMES.map(() => "identical"));
  expect(verdicts.map(({ torrent }) => torrent).sort()).toEqual([...NAMES].sort());
  const arrived = readdirSync(join(scene.dir, ".lab", scene.name, "data/leecher-1"), { recursive: true });
  for (const name of NAMES) expect(arrived.map((path) => String(path).slice(41))).toContain(name);
  for (const canary of ["P", "sources/P"]) expect(existsSync(join(scene.dir, canary))).toBe(false);
});
