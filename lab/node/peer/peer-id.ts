import { randomBytes } from "node:crypto";

/** Two letters of ours that no client of BEP 20's lists uses. */
const OURS = "-LB";
/** With our version. */
const PREFIX = `${OURS}0100-`;
const OURS_IN_HEX = Buffer.from(OURS, "latin1").toString("hex");

/** A new peer id in Azureus style (BEP 20), as hex. Random even among clones of one machine. */
export function createPeerId(): string {
  return Buffer.concat([Buffer.from(PREFIX, "latin1"), randomBytes(20 - PREFIX.length)]).toString("hex");
}

/** Whether it is the id of one of our peers. @param peerId 40 hex digits. */
export function isOurs(peerId: string): boolean {
  return peerId.startsWith(OURS_IN_HEX);
}

const clients: Record<string, string> = {
  A2: "aria2",
  DE: "Deluge",
  LB: "torrent-lab",
  LT: "libtorrent",
  TR: "Transmission",
  UT: "µTorrent",
  WW: "WebTorrent",
  lt: "rTorrent",
  qB: "qBittorrent",
};

/** The program behind a peer id, where its style and letters are known. @param peerId 40 hex digits. */
export function clientOf(peerId: string): string | undefined {
  const text = Buffer.from(peerId, "hex").toString("latin1");
  const azureus = /^-([A-Za-z0-9]{2})([0-9A-Za-z]{4})-/.exec(text);
  const name = clients[azureus?.[1] ?? (text.startsWith("A2-") ? "A2" : "")];
  if (!name) return undefined;
  const digits = azureus?.[2]?.replace(/0+$/, "").split("").join(".");
  return digits ? `${name} ${digits}` : name;
}
