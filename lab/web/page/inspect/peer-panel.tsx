import { knobsOf } from "../../../swarm/knobs.ts";
import { speed } from "../../../swarm/meter.ts";
import { amountOf, progressOf } from "../../../swarm/progress.ts";
import { formatBytes, formatDuration, formatRate, printable } from "../../../units.ts";
import { peerColour } from "../look/peer-colours.ts";
import type { PeerPart } from "../state/peers.ts";
import { kindOf, statusOf } from "../tables/peer-columns.ts";
import type { ViewProps } from "../view-props.ts";
import { Facts } from "./facts.tsx";
import { originsOf, takersOf } from "./origins.ts";
import { PartnerBars } from "./partner-bars.tsx";
import { Wires } from "./wires.tsx";

/** Everything about one peer in the torrent that is shown. */
export function PeerPanel({ data, torrent, look, peer }: ViewProps & { peer: PeerPart }) {
  const { swarm } = data.picture;
  const { node, part, hue, whole } = peer;
  const knobs = knobsOf(node.settings);
  const share = progressOf([amountOf(part, torrent.info)]);
  const rate = (meter: typeof part.uploaded) => formatRate(speed(meter, node.clock, swarm.t));
  return (
    <>
      <h2>
        <i className="swatch" style={{ background: peerColour(hue, look.theme) }} />
        {printable(node.name)} {kindOf(node) || (whole ? "◆" : "●")}
      </h2>
      <progress value={share} max={1} aria-label={`${Math.floor(share * 100)} % of the bytes`} />
      <Facts
        facts={[
          ["status", statusOf(peer)],
          ["pieces", `${part.have} of ${torrent.info.pieceCount}`],
          ["↓ now · total", `${rate(part.downloaded)} · ${formatBytes(part.downloaded.total)}`],
          ["↑ now · total", `${rate(part.uploaded)} · ${formatBytes(part.uploaded.total)}`],
          ["limits ↓ ↑", knobs ? `${formatRate(knobs.down)} · ${formatRate(knobs.up)}` : "–"],
          ["slots · picks", knobs ? `${knobs.slots} · ${knobs.strategy}` : "–"],
          ["completed", part.completedAt === null ? "–" : formatDuration(part.completedAt)],
          ["client", printable(node.client ?? "–")],
          ["address", printable(node.address ?? "–")],
        ]}
      />
      {Object.entries(part.corrupt).map(([name, { pieces, bannedUntil }]) => (
        <p className="problem" key={name}>
          {pieces} corrupt {pieces === 1 ? "piece" : "pieces"} of {printable(name)}
          {bannedUntil > swarm.t ? `, banned for ${formatDuration(bannedUntil - swarm.t)} more` : ""}
        </p>
      ))}
      {(node.error ?? part.error) && <p className="problem">{printable(node.error ?? part.error ?? "")}</p>}
      <PartnerBars title="Its pieces came from" partners={originsOf(data.picture, torrent, peer)} look={look} />
      <PartnerBars title="It gave to" partners={takersOf(data.picture, torrent, peer)} look={look} />
      <Wires peer={peer} now={swarm.t} />
    </>
  );
}
