import { type MouseEvent, useEffect, useRef } from "react";
import { printable } from "../../../units.ts";
import { penOf } from "../draw/canvas.ts";
import { useFigure } from "../draw/figure.ts";
import type { Size } from "../draw/pen.ts";
import { useSize } from "../draw/use-size.ts";
import type { Look } from "../look/look.ts";
import { useReducedMotion } from "../look/use-look.ts";
import { peersOf } from "../state/peers.ts";
import { viewState } from "../state/view-state.ts";
import type { ViewProps } from "../view-props.ts";
import { drawSwarm, NARROW, peerAt, type SwarmStyle } from "./draw-swarm.ts";
import { type SwarmScene, sceneOf } from "./scene.ts";
import { CROWD } from "./seats.ts";
import { spreadOf } from "./spread.ts";
import { useTravellers } from "./use-travellers.ts";

/** The ring of peers. What changes with the data is on one canvas, what moves on another above it. */
export function SwarmView({ data, torrent, state, look }: ViewProps) {
  const frame = useRef<HTMLDivElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const moving = useRef<HTMLCanvasElement>(null);
  const size = useSize(frame);
  const reducedMotion = useReducedMotion();
  const scene = sceneOf(data.picture, torrent, size, marginOf(size, look, peersOf(data.picture.swarm).length));
  const style = styleOf(scene, { data, torrent, state, look });

  useEffect(() => {
    const pen = penOf(still.current, size);
    if (pen) drawSwarm(pen, scene, look, style);
  });
  useTravellers(moving, scene, look, { infoHash: torrent.info.infoHash, on: !reducedMotion && !style.spread });
  useFigure(() => ({ name: "swarm", size, draw: (pen) => drawSwarm(pen, scene, look, style) }));

  const pick = (event: MouseEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const found = peerAt(scene, { x: event.clientX - box.left, y: event.clientY - box.top });
    const peer = found && found.node.name !== state.peer ? found.node.name : null;
    viewState.change({ peer, ...(peer && !state.projector ? { panel: "inspect" as const } : {}) });
  };

  return (
    <div className="figure swarm" ref={frame}>
      <canvas ref={still} />
      <canvas ref={moving} role="img" aria-label={summaryOf(scene)} onClick={pick} />
      {scene.peers.length === 0 && <p className="empty">No peer has said hello yet.</p>}
    </div>
  );
}

function styleOf(scene: SwarmScene, { data, torrent, state }: ViewProps): SwarmStyle {
  const { infoHash, pieceCount } = torrent.info;
  if (state.piece === null) return { chosen: state.peer, spread: null };
  const hops = spreadOf(data.picture, infoHash, state.piece, scene.peers);
  return { chosen: state.peer, spread: { piece: state.piece, hops, pieceCount } };
}

/** Room for the labels beside the ring. */
function marginOf({ width }: Size, look: Look, peers: number): Size {
  if (peers > CROWD) return { width: 16, height: 16 };
  const narrow = width < NARROW;
  return { width: (narrow ? 20 : 110) * look.scale, height: (narrow ? 44 : 46) * look.scale };
}

function summaryOf({ peers, lanes }: SwarmScene): string {
  const sending = lanes.filter((lane) => lane.state === "sending").length;
  const each = peers.map((peer) => `${printable(peer.node.name)} ${Math.floor(peer.progress * 100)} %`);
  return `${peers.length} peers, ${sending} connections sending: ${each.join(", ")}`;
}
