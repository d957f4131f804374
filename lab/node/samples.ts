import type { TorrentSample } from "../api/facts.ts";
import { everySecond } from "./beat.ts";
import type { ControllerLink } from "./link.ts";
import { startMeasures } from "./measures.ts";

/** Sends the controller a sample a second while the program runs. */
export function sendSamples(link: ControllerLink, torrents: () => TorrentSample[] = () => []): void {
  const measure = startMeasures();
  everySecond(() => link.sample({ type: "sample", ...measure(), torrents: torrents() }));
}
