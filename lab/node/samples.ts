import type { TorrentSample } from "../api/facts.ts";
import { everySecond } from "./beat.ts";
import { collectGarbage } from "./collect-garbage.ts";
import type { ControllerLink } from "./link.ts";
import { startMeasures } from "./measures.ts";

/** Sends the controller a sample a second while the program runs, and collects garbage when there is time for it. */
export function sendSamples(link: ControllerLink, torrents: () => TorrentSample[] = () => []): void {
  const measure = startMeasures();
  const collect = collectGarbage();
  everySecond(() => {
    const measures = measure();
    collect(measures.load);
    link.sample({ type: "sample", ...measures, torrents: torrents() });
  });
}
