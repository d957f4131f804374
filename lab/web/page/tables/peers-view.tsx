import { peerColour } from "../look/peer-colours.ts";
import { peerParts } from "../state/peers.ts";
import { viewState } from "../state/view-state.ts";
import type { ViewProps } from "../view-props.ts";
import { peerColumns } from "./peer-columns.ts";
import { Table } from "./table.tsx";

export function PeersView({ data, torrent, state, look }: ViewProps) {
  return (
    <Table
      name="peers"
      look={look}
      rows={peerParts(data.picture, torrent)}
      columns={peerColumns(torrent, data.picture.swarm.t)}
      rowKey={({ node }) => node.name}
      mark={({ hue }) => peerColour(hue, look.theme)}
      chosen={({ node }) => node.name === state.peer}
      onChoose={({ node }) => viewState.change({ peer: node.name === state.peer ? null : node.name })}
    />
  );
}
