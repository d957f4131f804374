import { parseBytes, parseRate } from "../../lab/units.ts";

/** A swarm that every client is put into, as settings that can be read and printed. */
export type SwarmSettings = {
  /** Of the one file, such as `64MiB`. */
  readonly size: string;
  readonly pieceLength: string;
  /** Upload limit of the only seeder; `unlimited` for none. */
  readonly seeder: string;
  /** Upload limits of the leechers, such as `3 x 512KiB/s, 3 x 1MiB/s`. */
  readonly leechers: string;
  /** Clients beside the product. */
  readonly anchors: string;
  /** Seconds after which a swarm that did not complete is given up. */
  readonly patience: number;
};

export interface Shape {
  readonly size: number;
  readonly pieceLength: number;
  /** Bytes per second; `Infinity` without a limit. */
  readonly seeder: number;
  readonly leechers: readonly number[];
}

export function shapeOf({ size, pieceLength, seeder, leechers }: SwarmSettings): Shape {
  return {
    size: quantity(parseBytes, size),
    pieceLength: quantity(parseBytes, pieceLength),
    seeder: quantity(parseRate, seeder),
    leechers: leechers.split(", ").flatMap((group) => {
      const [count = "", rate = ""] = group.split(" x ");
      return new Array<number>(Number(count)).fill(quantity(parseRate, rate));
    }),
  };
}

/** `max(F/u_s, N·F/(u_s + Σu_i))` in seconds, downloads being unlimited (Kumar & Ross 2006). */
export function boundOf({ size, seeder, leechers }: Shape): number {
  const uplinks = leechers.reduce((sum, up) => sum + up, seeder);
  return Math.max(size / seeder, (leechers.length * size) / uplinks);
}

function quantity(parse: (text: string) => number | null | undefined, text: string): number {
  const parsed = parse(text);
  if (parsed !== undefined) return parsed ?? Number.POSITIVE_INFINITY;
  throw new Error(`"${text}" is not a size or rate of a swarm`);
}
