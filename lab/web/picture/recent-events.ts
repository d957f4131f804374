import type { JournalLine } from "../../api/journal.ts";

/** The newest lines, oldest first. Chatter (pieces, interest, regular announces) has its own share, so that it cannot push the story out. */
export interface RecentEvents {
  story: JournalLine[];
  chatter: JournalLine[];
}

const STORY = 400;
const CHATTER = 200;
/** Trimmed in bunches: moving the whole list for each line would cost more than the line. */
const SLACK = 50;

export function newEvents(): RecentEvents {
  return { story: [], chatter: [] };
}

export function keepEvent(events: RecentEvents, line: JournalLine): void {
  if (line.type === "sample") return;
  if (isChatter(line)) keep(events.chatter, line, CHATTER);
  else keep(events.story, line, STORY);
}

/** Whether a line tells of something that happens many times a second. */
export function isChatter(line: JournalLine): boolean {
  if (line.type === "announce") return line.event === "update";
  return ["have", "interested", "not-interested", "tracker-answer", "scrape"].includes(line.type);
}

function keep(lines: JournalLine[], line: JournalLine, most: number): void {
  lines.push(line);
  if (lines.length > most + SLACK) lines.splice(0, lines.length - most);
}
