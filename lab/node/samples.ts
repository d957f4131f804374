import type { TorrentSample } from "../api/facts.ts";
import { collectGarbage } from "../collect-garbage.ts";
import { everySecond } from "./beat.ts";
import type { ControllerLink } from "./link.ts";
import { startMeasures } from "./measures.ts";

/** Sends the controller a sample a second while the program runs, and collects garbage when there is time for it. */
export function sendSamples(link: ControllerLink, torrents: () => TorrentSample[] = () => []): void {
  const measure = startMeasures();
  const collect = collectGarbage({ every: 20, atRest: true });
  everySecond(() => {
    collect();
    link.sample({ type: "sample", ...measure(), torrents: torrents() });
  });
}
