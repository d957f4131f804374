import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Fact } from "../../api/facts.ts";
import { atHand } from "../../at-hand.fixture.ts";
import { buildMetainfo } from "../../swarm/metainfo-build.ts";
import { startTracker } from "./tracker.ts";

const aria2 = atHand("aria2", spawnSync("aria2c", ["--version"]).status === 0);

/** As aquatic tests its trackers: clients that others wrote find each other through this one and move a file. */
describe.runIf(aria2)("a tracker for real clients", () => {
  test.each(["http", "udp"])("K07: aria2 seeds, aria2 fetches, and both told it over %s", async (protocol) => {
    const folder = mkdtempSync(join(tmpdir(), "lab-aria2-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const facts: Fact[] = [];
    const tracker = await startTracker({ host: "127.0.0.1", port: 0, interval: 1, onFact: (fact) => facts.push(fact) });
    onTestFinished(() => tracker.close());
    const content = randomBytes(500_000);
    const torrent = join(folder, "file.torrent");
    writeFileSync(torrent, torrentOf(content, `${protocol}://127.0.0.1:${tracker.port}/announce`));
    for (const name of ["seeder", "leecher"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "seeder/file.bin"), content);

    const seeder = startAria2(folder, "seeder", ["--check-integrity=true", "--seed-ratio=0", torrent]);
    onTestFinished(() => void seeder.kill("SIGKILL"));
    const leecher = startAria2(folder, "leecher", ["--seed-time=0", torrent]);
    onTestFinished(() => void leecher.kill("SIGKILL"));
    const code = await new Promise((resolve) => leecher.once("exit", resolve));
    expect(code).toBe(0);
    expect(readFileSync(join(folder, "leecher/file.bin")).equals(content)).toBe(true);
    const announces = facts.filter((fact) => fact.type === "announce");
    expect(new Set(announces.map((fact) => fact.protocol))).toEqual(new Set([protocol]));
    expect(announces.map(({ event }) => event)).toContain("started");
    expect(announces).toContainEqual(expect.objectContaining({ event: "stopped", left: 0 }));
  });
});

/** On loopback alone. What it calls DHT is also its UDP tracker client; it knows nobody to ask. */
function startAria2(folder: string, name: string, args: readonly string[]): ChildProcess {
  const alone = ["--no-conf", "--interface=127.0.0.1", "--bt-enable-lpd=false", "--enable-peer-exchange=false"];
  const udp = ["--enable-dht=true", `--dht-file-path=${join(folder, `${name}.dat`)}`];
  return spawn("aria2c", [...alone, ...udp, `--dir=${join(folder, name)}`, "--quiet", ...args], { stdio: "ignore" });
}

function torrentOf(content: Buffer, announce: string): Uint8Array {
  const pieceLength = 16 * 1024;
  const hashes = Array.from({ length: Math.ceil(content.length / pieceLength) }, (_, piece) =>
    createHash("sha1")
      .update(content.subarray(piece * pieceLength, (piece + 1) * pieceLength))
      .digest(),
  );
  return buildMetainfo({
    name: "file.bin",
    shape: "file",
    files: [{ path: ["file.bin"], length: content.length, offset: 0, pad: false }],
    pieceLength,
    pieces: Buffer.concat(hashes),
    private: false,
    announce,
  });
}
