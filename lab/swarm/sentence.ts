import type { JournalBody, JournalLine, JournalLineOf } from "../api/journal.ts";
import { formatDuration, printable } from "../units.ts";
import { lookup } from "./dictionary.ts";
import { partsOf, sharedTorrents } from "./live.ts";
import { be, because, count, list } from "./phrases.ts";
import { hasPiece } from "./pieces.ts";
import { commandSentence } from "./sentence-command.ts";
import { settingsSentence } from "./sentence-settings.ts";
import type { SwarmModel } from "./state.ts";

/**
 * What a line of the journal says, as one English sentence without a full stop; `undefined` for lines that are not worth
 * one. Safe on a terminal: whatever came from outside is escaped.
 * @param model with the line applied, better as its last: it knows the torrents' names and what is the first of its kind.
 */
export function sentence(line: JournalLine, model?: SwarmModel): string | undefined {
  const say = sentences[line.type] as (line: JournalLine, model?: SwarmModel) => string | undefined;
  const text = say(line, model);
  return text === undefined ? undefined : printable(text);
}

const sentences: {
  [T in JournalBody["type"]]: (line: JournalLineOf<T>, model?: SwarmModel) => string | undefined;
} = {
  run: (line) =>
    `${line.lab} consists of ${count(line.nodes.length, "node")} and ${count(line.torrents.length, "torrent")}`,
  node: nodeSentence,
  settings: (line) => `${line.node} now has ${settingsSentence(line.settings)}`,
  release: (line) => (line.nodes.length === 0 ? "the start is free" : `${list(line.nodes)} ${be(line.nodes)} let go`),
  "torrent-added": (line) => `${line.info.name} is shared from now on`,
  "torrent-retired": (line, model) => `${torrentName(line.torrent, model)} is no longer shared`,
  command: commandSentence,
  mark: (line) => line.text,
  stopping: () => "the lab goes down",
  sample: () => undefined,
  torrent: torrentSentence,
  have: haveSentence,
  "hash-failed": (line, model) =>
    `${line.node} threw away piece ${line.piece} of ${torrentName(line.torrent, model)}: its hash is wrong${sentBy(line)}`,
  banned: (line, model) =>
    `${line.node} banned ${line.peer} for ${formatDuration(line.seconds)}: it sent ${count(line.pieces, "corrupt piece")} ` +
    `of ${torrentName(line.torrent, model)}`,
  choke: (line, model) => `${line.node} chokes ${line.peer}${forWhich(line, model)}`,
  unchoke: (line, model) =>
    `${line.node} unchokes ${line.peer}${forWhich(line, model)}${line.optimistic ? " (optimistic)" : ""}`,
  interested: (line, model) => `${line.node} is interested in ${line.peer}${forWhich(line, model)}`,
  "not-interested": (line, model) => `${line.node} wants nothing more from ${line.peer}${forWhich(line, model)}`,
  "peer-connected": (line, model) =>
    `${line.node} ${line.incoming ? "was called by" : "connected to"} ${line.peer}${forWhich(line, model)}`,
  "peer-left": (line, model) =>
    `${line.node} is no longer connected to ${line.peer}${forWhich(line, model)}${because(line.reason)}`,
  "tracker-answer": () => undefined,
  "tracker-error": (line) => `${line.node} got no answer from the tracker: ${line.error}`,
  announce: (line, model) =>
    `${line.peer} announced ${line.event === "update" ? "itself" : `"${line.event}"`} for ${torrentName(line.torrent, model)}: ` +
    `${line.complete} complete, ${line.incomplete} incomplete`,
  scrape: (line) => `${line.address} scraped ${count(line.torrents.length, "torrent")}`,
  "peer-expired": expirySentence,
};

function expirySentence({ peer, reason }: JournalLineOf<"peer-expired">): string {
  if (reason === "silent") return `the tracker dropped ${peer}, which was silent for two intervals`;
  if (reason === "full") return `the tracker's table is full: it dropped ${peer}, which was silent the longest`;
  return `the tracker dropped ${peer}, which was silent for too long`;
}

function nodeSentence(line: JournalLineOf<"node">): string | undefined {
  const why = because(line.error);
  switch (line.state) {
    case "created":
      return undefined;
    case "starting":
      return `${line.node} starts${why}`;
    case "running":
      return line.client === undefined ? `${line.node} runs${why}` : `${line.node} said hello (${line.client})${why}`;
    case "paused":
      return `${line.node} is paused${why}`;
    case "stopped":
      return `${line.node} has stopped${why}`;
    case "failed":
      return `${line.node} failed${why}`;
  }
}

function torrentSentence(line: JournalLineOf<"torrent">, model?: SwarmModel): string | undefined {
  const name = torrentName(line.torrent, model);
  switch (line.state) {
    case "checking":
      return `${line.node} checks what it has of ${name}`;
    case "waiting":
      return undefined;
    case "downloading":
      return `${line.node} downloads ${name}`;
    case "seeding":
      return isFetched(line, model) ? `${line.node} has all of ${name} and seeds it` : `${line.node} seeds ${name}`;
    case "retired":
      return `${line.node} no longer shares ${name}`;
    case "error":
      return `${line.node} cannot share ${name}${because(line.error)}`;
  }
}

/**
 * The first copy that a node other than a seeder has is a moment of its own: until then the seeder is alone. Only a model
 * that knows nothing later can tell it.
 */
function haveSentence(line: JournalLineOf<"have">, model?: SwarmModel): string {
  const first = model?.seq === line.seq && isFirstCopy(line, model) ? ", the first copy outside the seeders" : "";
  return `${line.node} completed piece ${line.piece} of ${torrentName(line.torrent, model)}${sentBy(line)}${first}`;
}

function isFirstCopy(line: JournalLineOf<"have">, model: SwarmModel): boolean {
  return partsOf(model, line.torrent).every(({ node, torrent }) => {
    return node.name === line.node || torrent.duty === "seed" || !hasPiece(torrent.pieces, line.piece);
  });
}

function isFetched(line: JournalLineOf<"torrent">, model?: SwarmModel): boolean {
  const node = model && lookup(model.nodes, line.node);
  return node !== undefined && lookup(node.torrents, line.torrent)?.duty === "fetch";
}

/** Two peers have a connection a torrent; where there is only one, its name would be noise. */
function forWhich({ torrent }: { torrent: string }, model?: SwarmModel): string {
  return model && sharedTorrents(model).length > 1 ? ` for ${torrentName(torrent, model)}` : "";
}

function torrentName(infoHash: string, model?: SwarmModel): string {
  const torrent = model && lookup(model.torrents, infoHash);
  return torrent?.info.name ?? infoHash.slice(0, 8);
}

function sentBy({ from }: { from: readonly { peer: string }[] }): string {
  return from.length === 0 ? "" : ` from ${list(from.map((giver) => giver.peer))}`;
}
