import { peerParts } from "../state/peers.ts";
import { viewState } from "../state/view-state.ts";
import type { ViewProps } from "../view-props.ts";
import { PeerPanel } from "./peer-panel.tsx";
import { PieceFollower } from "./piece-follower.tsx";
import { SwarmPanel } from "./swarm-panel.tsx";

/** The panel at the side: the chosen peer, else the swarm. */
export function Inspector(props: ViewProps) {
  const { data, torrent, state } = props;
  const peer = peerParts(data.picture, torrent).find(({ node }) => node.name === state.peer);
  return (
    <aside className="panel" aria-label="Details">
      <button
        type="button"
        className="close"
        aria-label="Close details"
        onClick={() => viewState.change(peer ? { peer: null } : { panel: "none" })}
      >
        ×
      </button>
      {peer ? <PeerPanel {...props} peer={peer} /> : <SwarmPanel {...props} />}
      <PieceFollower pieceCount={torrent.info.pieceCount} piece={state.piece} />
    </aside>
  );
}
