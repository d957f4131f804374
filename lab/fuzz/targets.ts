import { nodeProtocolTarget } from "./door.ts";
import { journalTarget } from "./journal.ts";
import { messageTarget } from "./messages.ts";
import { profileTarget } from "./profile.ts";
import type { Target } from "./target.ts";
import { bencodeTarget, torrentTarget } from "./torrent.ts";
import { trackerHttpTarget, trackerUdpTarget } from "./tracker.ts";
import { trackerAnswerTarget } from "./tracker-answer.ts";
import { extensionTarget, requestTarget, wireTarget } from "./wire.ts";

/** Every door through which bytes of strangers come in. */
export const targets: readonly Target[] = [
  bencodeTarget,
  torrentTarget,
  trackerHttpTarget,
  trackerUdpTarget,
  trackerAnswerTarget,
  wireTarget,
  extensionTarget,
  requestTarget,
  profileTarget,
  journalTarget,
  messageTarget,
  nodeProtocolTarget,
];
