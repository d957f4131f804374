import { peerColour } from "../look/peer-colours.ts";
import { peerParts } from "../state/peers.ts";
import { viewState } from "../state/view-state.ts";
import type { ViewProps } from "../view-props.ts";
import { peerColumns } from "./peer-columns.ts";
import { Table } from "./table.tsx";

export function PeersView({ data, torrent, state, look }: ViewProps) {
  const { swarm } = data.picture;
  return (
    <Table
      name="peers"
      look={look}
      rows={peerParts(swarm, torrent)}
      columns={peerColumns(torrent, swarm.t)}
      order={{ key: "", descending: false }}
      rowKey={({ node }) => node.name}
      mark={({ position }) => peerColour(position, look.theme)}
      chosen={({ node }) => node.name === state.peer}
      onChoose={({ node }) => viewState.change({ peer: node.name === state.peer ? null : node.name })}
    />
  );
}
