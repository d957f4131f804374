import type { TorrentSample } from "../api/facts.ts";
import { everySecond } from "./beat.ts";
import { collectAtRest } from "./collect-at-rest.ts";
import type { ControllerLink } from "./link.ts";
import { startMeasures } from "./measures.ts";

/** Sends the controller a sample a second while the program runs, and collects garbage when it has come to rest. */
export function sendSamples(link: ControllerLink, torrents: () => TorrentSample[] = () => []): void {
  const measure = startMeasures();
  const collect = collectAtRest();
  everySecond(() => {
    const measures = measure();
    collect(measures);
    link.sample({ type: "sample", ...measures, torrents: torrents() });
  });
}
