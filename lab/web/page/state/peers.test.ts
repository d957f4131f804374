import { expect, test } from "vitest";
import type { TorrentInfo } from "../../../api/words.ts";
import { playPicture } from "../../testing/played-picture.ts";
import { shownTorrent, torrentsOf } from "./peers.ts";

test("without a choice the largest source is shown, whatever came last into the lab", () => {
  const { swarm, renew } = lab();
  const shown = () => shownTorrent(swarm, { torrent: null, past: false })?.info.source;
  expect(torrentsOf(swarm).map(({ info }) => info.source)).toEqual([
    "debian-13.iso",
    "field-recordings",
    "lecture notes",
  ]);
  expect(shown()).toBe("debian-13.iso");
  renew("debian-13.iso");
  expect(shown()).toBe("debian-13.iso");
  renew("lecture notes", { pieceCount: 1000, length: 1000 * 16_384, pieceLength: 16_384 });
  expect(shown()).toBe("lecture notes");
});

test("of a source that was shared anew the new torrent is shown, the old one only to who chooses it as an old one", () => {
  const { swarm, renew, hashOf } = lab();
  const chosen = hashOf("lecture notes");
  expect(shownTorrent(swarm, { torrent: chosen, past: false })?.info.infoHash).toBe(chosen);
  const heir = renew("lecture notes");
  expect(shownTorrent(swarm, { torrent: chosen, past: false })?.info.infoHash).toBe(heir);
  expect(shownTorrent(swarm, { torrent: chosen, past: true })?.info.infoHash).toBe(chosen);
});

test("a source that is no longer shared at all stays in sight", () => {
  const { swarm, hashOf, add } = lab();
  const chosen = hashOf("lecture notes");
  add("controller", { type: "torrent-retired", torrent: chosen });
  expect(shownTorrent(swarm, { torrent: chosen, past: false })?.info.infoHash).toBe(chosen);
});

function lab() {
  const { picture, add } = playPicture(0, { torrents: 3 });
  const { swarm } = picture;
  const found = (source: string) => {
    const torrent = torrentsOf(swarm).find(({ info }) => info.source === source);
    if (!torrent) throw new Error(`${source} is not shared`);
    return torrent;
  };
  return {
    ...{ swarm, add },
    hashOf: (source: string) => found(source).info.infoHash,
    /** Its info-hash. */
    renew(source: string, size: Partial<TorrentInfo> = {}): string {
      const { info } = found(source);
      const infoHash = [...info.infoHash].reverse().join("");
      add("controller", { type: "torrent-retired", torrent: info.infoHash });
      add("controller", { type: "torrent-added", info: { ...info, ...size, infoHash } });
      return infoHash;
    },
  };
}
