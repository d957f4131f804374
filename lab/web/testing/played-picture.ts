import type { JournalBody, JournalLine, JournalLineOf } from "../../api/journal.ts";
import type { TorrentModel } from "../../swarm/model.ts";
import { emptyPicture, type Picture, takeLine } from "../picture/picture.ts";
import { type SimulationOptions, simulateSwarm } from "./simulated-swarm.ts";

/** The picture of a simulated swarm, and what a test lets happen to it afterwards. */
export interface PlayedPicture {
  readonly picture: Picture;
  /** The first. */
  readonly torrent: TorrentModel;
  readonly lines: readonly JournalLine[];
  /** The line that says what the lab consists of. */
  readonly run: JournalLineOf<"run">;
  /** One more line. @param t seconds since the run began; default: now. */
  add(node: string, body: JournalBody, t?: number): void;
}

export function playPicture(seconds: number, options: Partial<SimulationOptions> = {}): PlayedPicture {
  const size = { seed: 4, seeders: 1, leechers: 4, torrents: 1, pieces: 40, pieceLength: 1 << 18 };
  const swarm = simulateSwarm({ ...size, ...options });
  const lines = [...swarm.start(), ...swarm.run(seconds)];
  const picture = emptyPicture();
  for (const line of lines) takeLine(picture, line);
  const [torrent] = Object.values(picture.swarm.torrents);
  const run = lines.find((line): line is JournalLineOf<"run"> => line.type === "run");
  if (!torrent || !run) throw new Error("the swarm has no torrent");
  return {
    ...{ picture, torrent, lines, run },
    add(node, body, t = picture.swarm.t) {
      takeLine(picture, { ...body, v: 1, run: run.run, seq: picture.swarm.seq + 1, t, node } as JournalLine);
    },
  };
}
