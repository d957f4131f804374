import { nodeProtocolTarget } from "./door.ts";
import { bencodeTarget, journalTarget, messageTarget, profileTarget, torrentTarget } from "./parsers.ts";
import { extensionTarget, trackerAnswerTarget, wireTarget } from "./peer.ts";
import type { Target } from "./target.ts";
import { trackerHttpTarget, trackerUdpTarget } from "./tracker.ts";

/** Every door through which bytes of strangers come in. */
export const targets: readonly Target[] = [
  bencodeTarget,
  torrentTarget,
  trackerHttpTarget,
  trackerUdpTarget,
  trackerAnswerTarget,
  wireTarget,
  extensionTarget,
  profileTarget,
  journalTarget,
  messageTarget,
  nodeProtocolTarget,
];
