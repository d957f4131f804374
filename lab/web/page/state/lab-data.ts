import type { JournalLine } from "../../../api/journal.ts";
import { type Batch, readBatch } from "../../picture/batch.ts";
import { type PackedPicture, unpackPicture } from "../../picture/pack.ts";
import { emptyPicture, type Picture, takeLine } from "../../picture/picture.ts";
import { createStore, type Store } from "./store.ts";

/** What the page knows of the lab. `picture` is changed in place, and told of by another object around it. */
export interface LabData {
  readonly picture: Picture;
  /** `signed-out`: the cookie is of no use any more, and waiting will not help. */
  readonly stream: "connecting" | "live" | "lost" | "signed-out";
  /** Whether the web node reaches the controller. */
  readonly connected: boolean;
  readonly grant: "admin" | "viewer";
}

export type LabStore = Store<LabData>;
export type LineListener = (lines: readonly JournalLine[]) => void;

const lineListeners = new Set<LineListener>();

export const labData: LabStore = createStore<LabData>({
  picture: emptyPicture(),
  stream: "connecting",
  connected: true,
  grant: "viewer",
});

/** Hears new lines as they come, for what moves; a fresh picture is not a line. */
export function onLines(listener: LineListener): () => void {
  lineListeners.add(listener);
  return () => lineListeners.delete(listener);
}

export function takePicture(packed: PackedPicture): void {
  labData.change({ picture: unpackPicture(packed), stream: "live" });
}

export function takeBatch(batch: Batch): void {
  const { picture } = labData.get();
  const lines = readBatch(batch);
  for (const line of lines) takeLine(picture, line);
  labData.change({ stream: "live" });
  for (const listener of lineListeners) listener(lines);
}
