import type { JournalLine } from "../../api/journal.ts";
import { chatter } from "../../swarm/chatter.ts";
import type { SwarmModel } from "../../swarm/model.ts";
import { sentence } from "../../swarm/sentence.ts";

/** A line of the journal as it was told when it came: names and what is the first of its kind change afterwards. */
export interface ToldEvent {
  readonly seq: number;
  /** Seconds since the run began. */
  readonly t: number;
  readonly node: string;
  readonly type: JournalLine["type"];
  readonly text: string;
}

/** The newest events, oldest first. Chatter has its own share, so that it cannot push the story out. */
export interface RecentEvents {
  story: ToldEvent[];
  chatter: ToldEvent[];
}

const STORY = 400;
const CHATTER = 200;
/** Trimmed in bunches: moving the whole list for each line would cost more than the line. */
const SLACK = 50;

export function newEvents(): RecentEvents {
  return { story: [], chatter: [] };
}

/** @param swarm with the line applied. */
export function keepEvent(events: RecentEvents, line: JournalLine, swarm: SwarmModel): void {
  if (line.type === "sample") return;
  const text = sentence(line, swarm);
  if (text === undefined) return;
  const { seq, t, node, type } = line;
  if (isChatter(line)) keep(events.chatter, { seq, t, node, type, text }, CHATTER);
  else keep(events.story, { seq, t, node, type, text }, STORY);
}

/** Whether a line tells of something that happens many times a second, or once for each pair of peers. */
function isChatter({ type }: JournalLine): boolean {
  return chatter.has(type) || type === "have" || type === "peer-connected" || type === "peer-left";
}

function keep(events: ToldEvent[], event: ToldEvent, most: number): void {
  events.push(event);
  if (events.length > most + SLACK) events.splice(0, events.length - most);
}
