import { type Connection, HOLDS } from "./connection.ts";
import type { Picker } from "./picker.ts";
import type { Torrent } from "./webtorrent-client.ts";

/** Keeps account of what connections have: for the picker how many have each piece, and for each how much of it we lack. */
export interface Holdings {
  /** What we have is known from now on. */
  begin(connections: Iterable<Connection>): void;
  gained(connection: Connection, piece: number): void;
  lost(connection: Connection, piece: number): void;
  /** We have it now. */
  verified(connection: Connection, piece: number): void;
  /** The connection is closed. */
  left(connection: Connection): void;
}

export function createHoldings(torrent: Pick<Torrent, "bitfield">, picker: Picker): Holdings {
  let begun = false;
  return {
    begin(connections) {
      begun = true;
      for (const connection of connections)
        connection.useful = connection.has.filter((has, piece) => has && !torrent.bitfield.get(piece)).length;
    },
    gained(connection, piece) {
      if (connection.has[piece] !== HOLDS.no) return;
      connection.has[piece] = HOLDS.yes;
      picker.gained(piece);
      if (begun && !torrent.bitfield.get(piece)) connection.useful += 1;
    },
    lost(connection, piece) {
      if (!isHeld(connection, piece)) return;
      connection.has[piece] = HOLDS.no;
      picker.lost(piece);
      if (!torrent.bitfield.get(piece)) connection.useful -= 1;
    },
    verified(connection, piece) {
      if (isHeld(connection, piece)) connection.useful -= 1;
    },
    left({ has }) {
      for (const [piece, held] of has.entries()) if (held) picker.lost(piece);
    },
  };
}

/** Not either where there is no such piece. */
function isHeld({ has }: Connection, piece: number): boolean {
  return (has[piece] ?? HOLDS.no) !== HOLDS.no;
}
