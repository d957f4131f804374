import type { JournalLine } from "../../api/journal.ts";
import { printable } from "../../units.ts";

/** One line of a feed, printable. */
export interface Story {
  /** Of its line in the journal. */
  readonly seq: number;
  readonly t: number;
  /** Who it is about. */
  readonly node: string;
  /** Info-hash; `null` when it is about no single torrent. */
  readonly torrent: string | null;
  readonly text: string;
  readonly kind: "plain" | "mark" | "good" | "trouble";
  /** One of hundreds of its like. */
  readonly small: boolean;
}

const smallFacts: ReadonlySet<JournalLine["type"]> = new Set(["have", "peer-connected", "peer-left", "announce"]);
/** Of the small ones, and as many of the others. */
const STORIES_KEPT = 2000;

/**
 * Adds to stories that are kept in their order: of those of which there are hundreds as many as of the others, so that
 * what is rare stays. Cuts seldom, so that adding stays cheap.
 */
export function keepStory(stories: Story[], story: Story): void {
  stories.push(story);
  if (stories.length <= 2.5 * STORIES_KEPT) return;
  const oldest = (small: boolean) => stories.filter((one) => one.small === small).at(-STORIES_KEPT)?.seq ?? 0;
  const [oldestSmall, oldestOther] = [oldest(true), oldest(false)];
  const kept = stories.filter(({ seq, small }) => seq >= (small ? oldestSmall : oldestOther));
  stories.splice(0, stories.length, ...kept);
}

/** What a line of the journal says, made safe to show. */
export function storyOf(line: JournalLine, text: string): Story {
  const torrent = "torrent" in line ? line.torrent : null;
  return {
    seq: line.seq,
    t: line.t,
    node: line.node,
    torrent,
    text: printable(text),
    kind: kindOf(line),
    small: smallFacts.has(line.type),
  };
}

function kindOf(line: JournalLine): Story["kind"] {
  if (line.type === "mark") return "mark";
  if (
    line.type === "hash-failed" ||
    line.type === "banned" ||
    line.type === "tracker-error" ||
    line.type === "peer-expired"
  )
    return "trouble";
  if (line.type === "node") return line.state === "failed" ? "trouble" : "plain";
  if (line.type === "command") return line.ok ? "plain" : "trouble";
  if (line.type !== "torrent") return "plain";
  if (line.state === "error") return "trouble";
  return line.state === "seeding" ? "good" : "plain";
}
