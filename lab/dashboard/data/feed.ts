import type { JournalLine } from "../../api/journal.ts";
import { chatter } from "../../swarm/chatter.ts";
import { lookup } from "../../swarm/dictionary.ts";
import { apply, type ChokeEvent, emptyModel, type SwarmModel } from "../../swarm/model.ts";
import { newRateHistory, noteRates, type RateHistory } from "./rates.ts";
import { keep } from "./ring.ts";
import { keepStory, type Story, storyOf } from "./story.ts";
import { trackerStory } from "./tracker-story.ts";

const ANNOUNCES_KEPT = 2000;
const CHOKES_KEPT = 400;
/** Seconds for which a completed piece is marked. */
export const FRESH = 1.5;

export interface FreshPiece {
  readonly t: number;
  readonly node: string;
  readonly torrent: string;
  readonly piece: number;
}

/** All that a viewer knows: the swarm as it is, and what it saw of its past. */
export interface Feed {
  model: SwarmModel;
  readonly stories: Story[];
  readonly announces: Story[];
  readonly rates: RateHistory;
  /** Pieces that were verified a moment ago, the newest last. */
  readonly fresh: FreshPiece[];
  /** By torrent and node; longer than the model's own. */
  readonly chokes: Map<string, ChokeEvent[]>;
}

/** Tells a line of the journal in words, with the model as it is after the line; `undefined` for what is no story. */
export type Teller = (line: JournalLine, model: SwarmModel) => string | undefined;

const tellsOfChokes: ReadonlySet<JournalLine["type"]> = new Set(["choke", "unchoke", "peer-left", "node", "sample"]);

export function newFeed(): Feed {
  return { model: emptyModel(), stories: [], announces: [], rates: newRateHistory(), fresh: [], chokes: new Map() };
}

/** Begins (again) with the swarm as the controller knows it; what was seen before stays told. */
export function takeSnapshot(feed: Feed, model: SwarmModel): void {
  if (model.run?.run !== feed.model.run?.run) forgetPast(feed);
  feed.model = model;
  feed.chokes.clear();
  for (const node of Object.values(model.nodes))
    for (const [infoHash, part] of Object.entries(node.torrents))
      feed.chokes.set(chokeKey(infoHash, node.name), [...part.chokes]);
  noteRates(feed.rates, model);
}

export function takeLine(feed: Feed, line: JournalLine, tell: Teller): void {
  apply(feed.model, line);
  if (line.type === "run") forgetGone(feed);
  if (tellsOfChokes.has(line.type)) noteChokes(feed, line.node);
  if (line.type === "sample") noteRates(feed.rates, feed.model);
  else noteStory(feed, line, tell);
}

function noteStory(feed: Feed, line: JournalLine, tell: Teller): void {
  noteFresh(feed, line);
  const announce = trackerStory(line);
  if (announce !== undefined) keep(feed.announces, storyOf(line, announce), ANNOUNCES_KEPT);
  const text = chatter.has(line.type) ? undefined : tell(line, feed.model);
  if (text !== undefined) keepStory(feed.stories, storyOf(line, text));
}

/** The choke events of a node for a torrent, the newest last. */
export function chokesOf(feed: Feed, torrent: string, node: string): readonly ChokeEvent[] {
  return feed.chokes.get(chokeKey(torrent, node)) ?? [];
}

function forgetPast(feed: Feed): void {
  for (const list of [feed.stories, feed.announces, feed.fresh]) list.length = 0;
  feed.rates.series.clear();
  feed.rates.second = -1;
}

/** Keeps nothing of nodes that are not in the lab any more. */
function forgetGone({ chokes, model }: Feed): void {
  const known = new Set(
    Object.values(model.nodes).flatMap(({ name, torrents }) =>
      Object.keys(torrents).map((hash) => chokeKey(hash, name)),
    ),
  );
  for (const key of chokes.keys()) if (!known.has(key)) chokes.delete(key);
}

/** Takes over what the model, which keeps fewer, has noted of a node since. */
function noteChokes({ chokes, model }: Feed, node: string): void {
  for (const [torrent, part] of Object.entries(lookup(model.nodes, node)?.torrents ?? {})) {
    const key = chokeKey(torrent, node);
    const events = chokes.get(key) ?? [];
    const known = events.at(-1);
    const fresh = part.chokes.slice(known ? part.chokes.lastIndexOf(known) + 1 : 0);
    for (const event of fresh) keep(events, event, CHOKES_KEPT);
    if (fresh.length > 0) chokes.set(key, events);
  }
}

function noteFresh(feed: Feed, line: JournalLine): void {
  if (line.type !== "have") return;
  const { t, node, torrent, piece } = line;
  feed.fresh.push({ t, node, torrent, piece });
  const old = feed.fresh.findIndex((one) => one.t > t - FRESH);
  if (old > 0) feed.fresh.splice(0, old);
}

function chokeKey(torrent: string, node: string): string {
  return `${torrent} ${node}`;
}
