import type { JournalBody } from "../api/journal.ts";

/** Facts that come by the hundred: told one by one they would bury the story. Pieces are left to each teller. */
export const chatter: ReadonlySet<JournalBody["type"]> = new Set([
  "choke",
  "unchoke",
  "interested",
  "not-interested",
  "announce",
  "scrape",
  "tracker-answer",
]);
