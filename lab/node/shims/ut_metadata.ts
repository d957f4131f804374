import { EventEmitter } from "node:events";
import { decodePrefix, rawValue } from "../../swarm/bencode.ts";
import { type Bencodable, dictionary, encode } from "../../swarm/bencode-encode.ts";

/** `msg_type` (BEP 9). */
const MESSAGE = { request: 0, data: 1, reject: 2 } as const;
const PIECE_LENGTH = 16 * 1024;

/** As much of a connection as an extension needs. */
export interface ExtendedWire {
  /** Goes out with our extended handshake (BEP 10). */
  readonly extendedHandshake: Record<string, number | string>;
  extended(name: string, payload: Uint8Array): void;
}

/** Of each torrent's file, its info dictionary: a view into it. */
const infos = new WeakMap<Uint8Array, Uint8Array>();

/**
 * In place of `ut_metadata`: gives the info dictionary to peers that know its hash alone (BEP 9), and asks for none, as
 * torrents come whole here. The stock one decodes the torrent and encodes it again for every connection, also one that
 * is refused at once, and keeps a copy with each; this one serves the bytes of the file itself.
 */
export default function utMetadata(torrentFile: Uint8Array) {
  const info = infos.get(torrentFile) ?? rawValue(torrentFile, "info") ?? new Uint8Array();
  infos.set(torrentFile, info);

  return class extends EventEmitter {
    readonly #wire: ExtendedWire;

    constructor(wire: ExtendedWire) {
      super();
      this.#wire = wire;
      wire.extendedHandshake.metadata_size = info.length;
    }

    get name() {
      return "ut_metadata";
    }

    /** webtorrent has nothing new to tell. */
    setMetadata(): void {}

    /** @throws BencodeError, which ends the connection. */
    onMessage(bytes: Uint8Array): void {
      const { value } = decodePrefix(bytes);
      if (!(value instanceof Map) || value.get("msg_type") !== MESSAGE.request) return;
      const piece = value.get("piece");
      if (typeof piece !== "number") return;
      const part = info.subarray(piece * PIECE_LENGTH, (piece + 1) * PIECE_LENGTH);
      if (piece < 0 || part.length === 0) this.#send({ msg_type: MESSAGE.reject, piece });
      else this.#send({ msg_type: MESSAGE.data, piece, total_size: info.length }, part);
    }

    #send(fields: Record<string, Bencodable>, part: Uint8Array = new Uint8Array()): void {
      this.#wire.extended("ut_metadata", Buffer.concat([encode(dictionary(fields)), part]));
    }
  };
}
