import { behaviourOf } from "../../swarm/behaviour.ts";
import { knobsOf } from "../../swarm/knobs.ts";
import { speed } from "../../swarm/meter.ts";
import type { ConnectionModel } from "../../swarm/model.ts";
import { formatBytes, formatDuration, formatRate, printable } from "../../units.ts";
import type { PeerPart, PeerRow, Scene } from "../data/scene.ts";
import { copiesOf } from "../data/scene.ts";
import { compareNames } from "../data/sort-peers.ts";
import { type Line, pad } from "../look/line.ts";
import { type Box, type Drawn, quiet, scrolled } from "./box.ts";
import { cellsFor, leastHolders, pieceCells } from "./cells.ts";
import { storyLine } from "./feeds.ts";
import { clock, idleRate, percent, plural, ratio, roleGlyph, timeLeft } from "./format.ts";
import { freshPieces } from "./fresh.ts";

const LOG = 50;

/** One peer opened: what it is, its pieces and connections of each torrent, its own story. */
export function peerView(scene: Scene, box: Box): Drawn {
  const peer = scene.chosen;
  if (!peer) return { lines: [quiet("  This peer is gone. Esc goes back.")], page: 1, scroll: 0 };
  const lines = [
    ...head(scene, peer),
    ...peer.parts.flatMap((part) => torrentLines(scene, peer, part, box)),
    ...logLines(scene, peer),
  ];
  return scrolled(lines, scene.ui.scroll.peer, box, (line) => line);
}

function head(scene: Scene, peer: PeerRow): Line[] {
  const { node, limits } = peer;
  const { glyph, tone } = roleGlyph(peer, scene.glyphs);
  const behaviour = behaviourOf(node.settings);
  const knobs = knobsOf(node.settings);
  const down = `${scene.glyphs.down} ${formatRate(limits.down)}`;
  const up = `${scene.glyphs.up} ${formatRate(limits.up)}`;
  const memory = node.memory === null ? "" : `  memory ${formatBytes(node.memory)}`;
  const load = node.load === null ? "" : `  load ${percent(node.load)}`;
  return [
    [
      [` ${glyph} `, tone],
      [peer.name, "title"],
      [`  ${node.role}  ${peer.state}`, "text"],
      [`  ${printable(node.client ?? "")}  ${printable(node.address ?? "")}`, "quiet"],
    ],
    ...(peer.error === null ? [] : [[[`   ${printable(peer.error)}`, "bad"]] satisfies Line]),
    [
      [`   limits ${down} ${up}`, "text"],
      [knobs ? `  ${plural(knobs.slots, "slot")}  ${knobs.strategy}` : "", "text"],
      [behaviour === "honest" ? "" : `  ${behaviour}`, "bad"],
      [`${memory}${load}`, "quiet"],
    ],
    [
      [`   got ${formatBytes(peer.downloaded)}  gave ${formatBytes(peer.uploaded)}`, "text"],
      [`  ratio ${ratio(peer, scene.glyphs) || "-"}  wasted ${formatBytes(peer.wasted)}`, "text"],
      [`  ${peer.finishedAt === null ? "left" : "complete"} ${timeLeft(peer, scene.glyphs) || "-"}`, "text"],
    ],
  ];
}

function torrentLines(scene: Scene, peer: PeerRow, { torrent, part }: PeerPart, box: Box): Line[] {
  const { info } = torrent;
  const cells = cellsFor(info.pieceCount, box.columns - 14);
  const fresh = freshPieces(scene, info.infoHash, peer.name);
  const least = leastHolders(cells, copiesOf(scene, torrent).holders);
  const done = part.completedAt === null ? "" : `, complete at ${clock(part.completedAt)}`;
  return [
    [],
    [
      [`   ${printable(info.name)}`, "title"],
      [`  ${part.state}${done}  ${part.have} of ${info.pieceCount} × ${formatBytes(info.pieceLength)}`, "text"],
      [part.hashFailures > 0 ? `  ${plural(part.hashFailures, "hash failure")}` : "", "bad"],
    ],
    ...corruptLines(part.corrupt, scene.now),
    ...(part.error === null ? [] : [[[`   ${printable(part.error)}`, "bad"]] satisfies Line]),
    ...trackerLines(part, scene.now),
    [
      ["   pieces  ", "quiet"],
      ...pieceCells(cells, part.pieces, fresh, roleGlyph(peer, scene.glyphs).tone, scene.glyphs),
    ],
    [
      ["   copies  ", "quiet"],
      [least.map((count) => (count > 9 ? "+" : String(count))).join(""), "quiet"],
    ],
    ...connectionLines(scene, peer, part.connections),
  ];
}

/** When the tracker answered it last, and why it does not now; nothing for a client that tells neither. */
function trackerLines({ announcedAt, trackerError }: PeerPart["part"], now: number): Line[] {
  if (announcedAt === null && trackerError === null) return [];
  const answer = announcedAt === null ? "no answer" : `answered ${formatDuration(Math.max(0, now - announcedAt))} ago`;
  return [
    [
      ["   tracker ", "quiet"],
      [answer, "text"],
      [trackerError === null ? "" : `  ${printable(trackerError)}`, "bad"],
    ],
  ];
}

/** `bad pieces of leecher-3: 2, banned for 40 s more`. */
function corruptLines(corrupt: PeerPart["part"]["corrupt"], now: number): Line[] {
  return Object.entries(corrupt).map(([name, { pieces, bannedUntil }]) => {
    const banned = bannedUntil > now ? `, banned for ${formatDuration(bannedUntil - now)} more` : "";
    return [[`   ${plural(pieces, "corrupt piece")} of ${printable(name)}${banned}`, "bad"]];
  });
}

function connectionLines(scene: Scene, peer: PeerRow, connections: Record<string, ConnectionModel>): Line[] {
  const open = Object.entries(connections).filter(([, connection]) => connection.open);
  if (open.length === 0) return [quiet("   no connection")];
  const sorted = open.sort(([a], [b]) => compareNames(a, b));
  const heading = `   ${pad("PEER", 22)} ${pad("FLAGS", 8)} ${["DOWN/s", "UP/s", "GOT", "GAVE"].map((one) => pad(one, 10, "right")).join("")}  CLIENT`;
  return [
    quiet(heading),
    ...sorted.map(([name, one]): Line => {
      const rate = (meter: ConnectionModel["downloaded"]) =>
        pad(idleRate(speed(meter, peer.node.clock, scene.now)), 10, "right");
      return [
        [`   ${pad(printable(name), 22)} `, "text"],
        [`${pad(one.flags, 8)} `, one.optimistic ? "optimistic" : one.unchoked ? "unchoked" : "text"],
        [rate(one.downloaded), "down"],
        [rate(one.uploaded), "up"],
        [pad(formatBytes(one.downloaded.total), 10, "right"), "text"],
        [pad(formatBytes(one.uploaded.total), 10, "right"), "text"],
        [`  ${printable(one.client ?? "")}`, "quiet"],
      ];
    }),
  ];
}

/** The newest first, for the view opens at its top. */
function logLines(scene: Scene, peer: PeerRow): Line[] {
  const own = scene.feed.stories.filter((story) => story.node === peer.name).slice(-LOG);
  if (own.length === 0) return [];
  return [[], [["   log, the newest first", "title"]], ...own.reverse().map((story) => storyLine(scene, story))];
}
