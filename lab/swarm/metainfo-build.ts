import { rawValue } from "./bencode.ts";
import { type Bencodable, dictionary, encode } from "./bencode-encode.ts";
import type { Metainfo, MetainfoFile } from "./metainfo.ts";

/** What a new torrent is made of; as in `Metainfo`, each file's path begins with the torrent's name. */
export interface MetainfoParts
  extends Pick<Metainfo, "name" | "shape" | "files" | "pieceLength" | "pieces" | "private"> {
  /** The one tracker. */
  readonly announce: string;
}

/**
 * The bytes of a .torrent file (BEP 3): the same parts give the same bytes, as neither date, user nor program is in it.
 */
export function buildMetainfo(parts: MetainfoParts): Uint8Array<ArrayBuffer> {
  const info = dictionary({
    name: parts.name,
    "piece length": parts.pieceLength,
    pieces: parts.pieces,
    private: parts.private ? 1 : undefined,
    files: parts.shape === "folder" ? parts.files.map(fileItem) : undefined,
    length: parts.shape === "file" ? parts.files[0]?.length : undefined,
  });
  return encode(dictionary({ announce: parts.announce, info }));
}

/**
 * A .torrent file with this tracker only and nothing foreign; the info dictionary, and so the info-hash, stays as it is.
 * @throws BencodeError for what is not bencode, RangeError without an info dictionary.
 */
export function withAnnounce(bytes: Uint8Array, announce: string): Uint8Array<ArrayBuffer> {
  const info = rawValue(bytes, "info");
  if (!info) throw new RangeError("there is no info dictionary");
  return encode(dictionary({ announce, info: { encoded: info } }));
}

function fileItem(file: MetainfoFile): Bencodable {
  return dictionary({ length: file.length, path: file.path.slice(1) });
}
