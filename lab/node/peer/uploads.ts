import { type Content, lengthOfPiece } from "./content.ts";
import type { Ledger } from "./ledger.ts";
import type { Uplink } from "./uplink.ts";
import type { Peer, Torrent, Wire } from "./webtorrent-client.ts";

interface UploadOptions {
  readonly torrent: Torrent;
  readonly content: Pick<Content, "length" | "pieceLength" | "pieceCount" | "bytes">;
  readonly uplink: Uplink;
  readonly ledger: Ledger;
  because(reason: string): void;
}

/** Where libtorrent and others draw the line, too: longer blocks are no part of the protocol as it is spoken. */
const BLOCK_LIMIT = 128 * 1024;
/** Blocks that a peer may ask for ahead; it was told of 128. */
const WAITING_LIMIT = 1024;
/** What a peer may leave unread, beside the torrent's file (BEP 9) and a `have` of each piece. */
const UNREAD_LIMIT = 1024 * 1024;
const HAVE_BYTES = 9;
const NOT_THERE = new Error("the piece is not there");

/**
 * Serves the blocks that one peer asks for, as the uplink lets it. A block counts as sent when its last byte went to the
 * socket: webtorrent's own counter runs ahead by all that waits, and what waits is lost when the connection ends.
 * To be called once webtorrent has set the connection up, whose place it takes.
 */
export function serveUploads(wire: Wire, peer: Peer, options: UploadOptions): void {
  const { torrent, content, uplink, ledger, because } = options;
  const inSocket: { readonly end: number; readonly bytes: number }[] = [];
  let reading = 0;
  let queued = 0;
  let sent = 0;
  let refused = false;
  const mayLeaveUnread = UNREAD_LIMIT + content.bytes.length + HAVE_BYTES * content.pieceCount;
  const lane = uplink.lane(() => reading + queued - sent);

  const push = wire.push.bind(wire);
  wire.push = (bytes) => {
    queued += bytes?.length ?? 0;
    if (queued - sent > mayLeaveUnread) refuse("reads nothing of what it is sent");
    return push(bytes);
  };
  const piece = wire.piece.bind(wire);
  wire.piece = (index, offset, block) => {
    piece(index, offset, block);
    inSocket.push({ end: queued, bytes: block.length });
  };
  peer.on("upload", (bytes: number) => {
    sent += bytes;
    while (inSocket[0] && inSocket[0].end <= sent) ledger.sent(wire.peerId, inSocket.shift()?.bytes ?? 0);
    lane.drained();
  });
  peer.once("disconnect", lane.close);
  wire.removeAllListeners("request");
  wire.on("request", onRequest);

  function onRequest(piece: number, offset: number, length: number, respond: Respond): void {
    if (refused) return;
    if (length <= 0 || length > BLOCK_LIMIT) return refuse(`asks for ${length} bytes at once`);
    if (lane.waiting >= WAITING_LIMIT || wire.peerRequests.length > WAITING_LIMIT)
      return refuse("asks for more than it reads");
    if (!torrent.bitfield.get(piece)) return respond(NOT_THERE);
    // What is cut out of a piece beyond its end is too short or empty, and no error to the store's cache.
    if (offset < 0 || offset + length > lengthOfPiece(content, piece)) {
      if (wire.hasFast) return respond(NOT_THERE);
      return refuse(`asks for bytes that piece ${piece} does not have`);
    }
    const request = wire.peerRequests.at(-1);
    lane.add({
      length,
      // Not when it was cancelled or the peer choked, also where the same block was asked for again: that waits on its own.
      wanted: () => request !== undefined && wire.peerRequests.includes(request),
      send() {
        reading += length;
        torrent.store.get(piece, { offset, length }, (error, block) => {
          reading -= length;
          respond(error, block);
        });
      },
    });
  }

  function refuse(reason: string): void {
    if (refused) return;
    refused = true;
    because(reason);
    wire.destroy();
  }
}

/** Takes the request from those that wait; an error is sent as a reject where the peer speaks the fast extension (BEP 6). */
type Respond = (error: Error | null, block?: Uint8Array) => void;
