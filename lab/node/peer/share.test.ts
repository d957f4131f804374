import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { Fact } from "../../api/facts.ts";
import { type PeerSettings, usualSettings } from "../../api/words.ts";
import { parseMetainfo } from "../../swarm/metainfo.ts";
import { buildMetainfo } from "../../swarm/metainfo-build.ts";
import { createLedger } from "./ledger.ts";
import { createPeerId } from "./peer-id.ts";
import { startShare } from "./share.ts";
import { createUplink } from "./uplink.ts";
import { startSwarmClient, type Torrent } from "./webtorrent-client.ts";

const CONTENT = Buffer.alloc(16_384);
const HASH = Buffer.from("897256b6709e1a4da9daba92b6bde39ccfccd8c1", "hex");

test("knobs that are turned while a torrent joins its swarm are turned there, too", async () => {
  await using seeder = await startSeeder({ onAdd: () => seeder.turn({ slots: 2 }) });
  await seeder.seeding();
  expect(seeder.torrent()?._rechokeNumSlots).toBe(2);
});

test("knobs that are turned while a torrent leaves its swarm harm nobody", async () => {
  let outcome: unknown;
  await using seeder = await startSeeder({
    onStopped() {
      try {
        outcome = seeder.turn({ maxPeers: 9 });
      } catch (error) {
        outcome = error;
      }
    },
  });
  await seeder.seeding();
  await seeder.share.retire("it is over");
  expect(outcome).toBe("turned");
});

/** A torrent that is seeded in this process. @param options what is done at its moments: `onStopped` while it takes leave. */
async function startSeeder({ onAdd = () => {}, onStopped = () => {} }: { onAdd?(): void; onStopped?(): void }) {
  const sources = mkdtempSync(join(tmpdir(), "lab-share-"));
  writeFileSync(join(sources, "film"), CONTENT);
  let bytes: Uint8Array = new Uint8Array();
  const server = createServer(({ url = "" }, response) => {
    if (url.startsWith("/v1/torrents/")) return void response.end(bytes);
    if (url.includes("event=stopped")) onStopped();
    response.end("d8:completei0e10:incompletei1e8:intervali1800e5:peers0:e");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  bytes = torrentAt(`${url}/announce`);
  const parsed = parseMetainfo(bytes);
  if (!parsed.ok) throw new Error(parsed.reason);

  const ownId = createPeerId();
  const client = await startSwarmClient(ownId, "127.0.0.1", 0);
  const facts: Fact[] = [];
  let settings: PeerSettings = { ...usualSettings, slots: 1 };
  let torrent: Torrent | undefined;
  const share = startShare({ infoHash: parsed.metainfo.infoHash, duty: "seed" }, createLedger(), {
    environment: { controller: url, tokenFile: "", sources, data: sources },
    client: {
      ...client,
      add(content, options) {
        torrent = client.add(content, options);
        onAdd();
        return torrent;
      },
    },
    ...{ uplink: createUplink(), ownId, loopbackOnly: true },
    settings: () => settings,
    isCut: () => false,
    report: (fact) => facts.push(fact),
  });
  return {
    share,
    torrent: () => torrent,
    turn(knobs: Partial<PeerSettings>): "turned" {
      settings = { ...settings, ...knobs };
      share.apply(settings);
      return "turned";
    },
    seeding: () => vi.waitFor(() => expect(facts).toContainEqual(expect.objectContaining({ state: "seeding" })), 5000),
    async [Symbol.asyncDispose]() {
      await share.retire("the test is over");
      await client.close();
      server.closeAllConnections();
      server.close();
      rmSync(sources, { recursive: true });
    },
  };
}

function torrentAt(announce: string): Uint8Array {
  const { length } = CONTENT;
  return buildMetainfo({
    ...{ name: "film", shape: "file", files: [{ path: ["film"], length, offset: 0, pad: false }] },
    ...{ pieceLength: length, pieces: HASH, private: true, announce },
  });
}
