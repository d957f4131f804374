import { type Address, peerKey } from "./address.ts";
import { type Announce, numwantOf } from "./announce.ts";

/**
 * The query of an announce, byte for byte: `%XX` is one byte, everything else stands for itself, `+` included. Reads the
 * keys that opentracker knows, and the two counters; others are passed over, `ip` among them: an address is what the
 * network says. Fills `announce`; an answer is the reason why it could not.
 */
export function parseAnnounce(query: string, from: Address, announce: Announce): string | undefined {
  seen = 0;
  port = -1;
  numwant = undefined;
  announce.left = null;
  announce.event = "update";
  announce.uploaded = 0;
  announce.downloaded = 0;
  let start = 0;
  while (start < query.length) {
    let end = query.indexOf("&", start);
    if (end < 0) end = query.length;
    const failure = readPair(query, start, end, announce);
    if (failure !== undefined) return failure;
    start = end + 1;
  }
  if (!(seen & SEEN.infoHash)) return failures.noInfoHash;
  if (!(seen & SEEN.peerId)) return "Your client sent no peer_id.";
  if (port < 0) return "Your client sent no port.";
  announce.addr = peerKey(from, port);
  announce.numwant = numwantOf(numwant);
  return undefined;
}

/** Info-hashes of a scrape as Latin-1 strings, without doubles; beyond `most` the rest is left out. `undefined`: malformed. */
export function parseScrape(query: string, most: number): string[] | undefined {
  const hashes = new Set<string>();
  for (const pair of query.split("&")) {
    if (!pair.startsWith("info_hash=") || hashes.size >= most) continue;
    const hash = decodeTwenty(pair, "info_hash=".length, pair.length);
    if (hash === undefined) return undefined;
    hashes.add(hash.toString("latin1", 0, 20));
  }
  return [...hashes];
}

export const failures = {
  noInfoHash: "Your client forgot to send your torrent's info_hash. Please upgrade your client.",
} as const;

/** Keys that may come once. */
const SEEN = { infoHash: 1, peerId: 2, port: 4, left: 8, numwant: 16, event: 32 } as const;
let seen = 0;
let port = -1;
let numwant: number | undefined;

function readPair(query: string, start: number, end: number, announce: Announce): string | undefined {
  const equals = query.indexOf("=", start);
  if (equals < 0 || equals >= end) return undefined;
  const value = equals + 1;
  switch (query.slice(start, equals)) {
    case "info_hash": {
      const bytes = decodeTwenty(query, value, end);
      if (!bytes) return "The info_hash that your client sent is not 20 bytes, percent-encoded.";
      announce.infoHash = bytes.toString("latin1", 0, 20);
      return once(SEEN.infoHash, "info_hash");
    }
    case "peer_id": {
      const bytes = decodeTwenty(query, value, end);
      if (!bytes) return "The peer_id that your client sent is not 20 bytes, percent-encoded.";
      announce.peer_id = bytes.toString("hex", 0, 20);
      return once(SEEN.peerId, "peer_id");
    }
    case "port":
      port = decimal(query, value, end);
      if (!(port >= 1 && port <= 65535)) return "The port that your client sent is not a number from 1 to 65535.";
      return once(SEEN.port, "port");
    case "left":
      announce.left = decimal(query, value, end);
      if (Number.isNaN(announce.left)) return "The left that your client sent is not a number of bytes.";
      return once(SEEN.left, "left");
    case "numwant": {
      const negative = query.charCodeAt(value) === 45;
      const asked = decimal(query, negative ? value + 1 : value, end);
      if (Number.isNaN(asked)) return "The numwant that your client sent is not a number.";
      numwant = negative ? -1 : asked;
      return once(SEEN.numwant, "numwant");
    }
    case "event":
      announce.event = eventOf(query.slice(value, end));
      return once(SEEN.event, "event");
    // For the journal only, so nothing fails by them.
    case "uploaded":
      announce.uploaded = decimal(query, value, end) || 0;
      return undefined;
    case "downloaded":
      announce.downloaded = decimal(query, value, end) || 0;
      return undefined;
    default:
      return undefined;
  }
}

function once(key: number, name: string): string | undefined {
  if (seen & key) return `Your client sent ${name} twice.`;
  seen |= key;
  return undefined;
}

function eventOf(text: string): Announce["event"] {
  return text === "started" || text === "completed" || text === "stopped" ? text : "update";
}

/** The number in at most 20 digits, as many as 2⁶⁴ has; `NaN` for anything else. */
function decimal(text: string, start: number, end: number): number {
  if (end <= start || end - start > 20) return Number.NaN;
  let number = 0;
  for (let i = start; i < end; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

const twenty = Buffer.alloc(20);

/** Exactly 20 percent-decoded bytes, in a buffer that the next call reuses. */
function decodeTwenty(text: string, start: number, end: number): Buffer | undefined {
  let count = 0;
  for (let i = start; i < end; i += 1) {
    let byte = text.charCodeAt(i);
    if (byte === 37) {
      byte = i + 2 < end ? (hexDigit(text.charCodeAt(i + 1)) << 4) | hexDigit(text.charCodeAt(i + 2)) : -1;
      i += 2;
    }
    if (byte < 0 || byte > 255 || count === 20) return undefined;
    twenty[count] = byte;
    count += 1;
  }
  return count === 20 ? twenty : undefined;
}

/** 0–15; negative for what is no digit, also after a shift. */
function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
