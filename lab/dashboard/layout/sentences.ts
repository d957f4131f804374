import { labState } from "../../swarm/lab-state.ts";
import { list } from "../../swarm/phrases.ts";
import { stalled } from "../../swarm/stalled.ts";
import { formatDuration, printable } from "../../units.ts";
import { copiesOf, type PeerRow, type Scene } from "../data/scene.ts";
import { validBindings, viewTitles } from "../ui/keys.ts";
import { pointedAt, type Ui } from "../ui/ui.ts";
import type { FooterState } from "./footer.ts";
import type { Phases } from "./phases.ts";
import { reachOf } from "./screen.ts";
import { peerSentence, spokenViews, storySentences } from "./spoken-views.ts";

/** The picture for a screen reader: what is true now, the newest events, then what the keys are about. */
export function sentences(scene: Scene, state: FooterState): string[] {
  return [...body(scene, state), ...prompt(scene, state)];
}

export function phaseSentences({ title, steps }: Phases): string[] {
  const said = steps.slice(-3).map(({ phase, subject, done }) => `${phase} ${subject}${done ? ": done" : ""}.`);
  return [`${title}.`, ...said];
}

function body(scene: Scene, { provided }: FooterState): string[] {
  const { ui, chosen } = scene;
  if (ui.overlay.kind === "help") return keySentences({ ...ui, overlay: { kind: "none" } }, provided);
  if (ui.overlay.kind !== "peer") return swarmSentences(scene);
  return chosen ? openedSentences(scene, chosen) : ["This peer is gone."];
}

/** The keys that work once the help is left. */
function keySentences(ui: Ui, provided: FooterState["provided"]): string[] {
  return validBindings(ui, provided).map(({ keys, help }) => `${keys.join(" or ")}: ${help}.`);
}

function swarmSentences(scene: Scene): string[] {
  const { model, now, torrents, ui, feed } = scene;
  const isFeed = ui.view === "events" || ui.view === "tracker";
  return [
    `Lab ${printable(model.run?.lab ?? "")} is ${labState(model, now)}, ${formatDuration(now)} after its start.`,
    ...torrents.map((torrent) => {
      const why = stalled(model, torrent.info.infoHash, now);
      const copies = copiesOf(scene, torrent).copies.toFixed(2);
      return `${printable(torrent.info.name)}: ${copies} distributed copies${why ? `; stalled, ${why}` : ""}.`;
    }),
    ...model.cuts.map((sides) => `Cut: ${printable(sides.map(list).join(" from "))}.`),
    `The view is ${viewTitles[ui.view]}.`,
    ...spokenViews[ui.view](scene),
    ...(isFeed ? [] : storySentences(feed.stories)),
  ];
}

function openedSentences({ feed }: Scene, peer: PeerRow): string[] {
  const connections = peer.parts.flatMap(({ torrent, part }) =>
    Object.entries(part.connections)
      .filter(([, { open }]) => open)
      .map(([name, { unchoked, interested }]) => {
        const wants = interested ? "is interested in" : "wants nothing of";
        return `For ${printable(torrent.info.name)} it ${wants} ${printable(name)} and ${unchoked ? "unchokes" : "chokes"} it.`;
      }),
  );
  return [peerSentence(peer), ...connections, ...storySentences(feed.stories.filter(({ node }) => node === peer.name))];
}

/** What is asked or written, what the last key did, and what the next one is about. */
function prompt(scene: Scene, { notice }: FooterState): string[] {
  const { ui } = scene;
  if (ui.overlay.kind === "confirm") return [`${ui.overlay.question} Press y for yes, any other key for no.`];
  if (ui.typing) return [`The ${ui.typing.into} is "${printable(ui.typing.text)}". Enter keeps it, Escape drops it.`];
  const peer = pointedAt(ui, reachOf(scene, { page: 1, scroll: 0 }));
  return [
    ...(notice === undefined ? [] : [`${printable(notice).replace(/ …$/, "")}.`]),
    ...(ui.filter === "" ? [] : [`Peers are filtered by "${printable(ui.filter)}".`]),
    ...(peer === undefined ? [] : [`The cursor is on ${peer}.`]),
    ui.overlay.kind === "none" ? "Press ? for the keys, q to leave. The lab goes on." : "Press Escape to go back.",
  ];
}
