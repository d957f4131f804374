import { useState } from "react";
import type { JournalLine } from "../../../api/journal.ts";
import type { SwarmModel } from "../../../swarm/model.ts";
import { sentence } from "../../../swarm/sentence.ts";
import { formatDuration, printable } from "../../../units.ts";
import { peerColour } from "../look/peer-colours.ts";
import { positionsOf } from "../state/peers.ts";
import type { ViewProps } from "../view-props.ts";
import type { Column } from "./table.ts";
import { Table } from "./table.tsx";

/** What happened, newest first. */
export function EventsView({ data, look }: ViewProps) {
  const [chatter, setChatter] = useState(false);
  const { swarm, events } = data.picture;
  const positions = positionsOf(swarm);
  const lines = chatter ? [...events.story, ...events.chatter].sort((a, b) => a.seq - b.seq) : events.story;
  return (
    <Table
      name="events"
      look={look}
      rows={lines.toReversed()}
      columns={columnsOf(swarm)}
      order={{ key: "", descending: false }}
      rowKey={({ seq }) => `${seq}`}
      mark={({ node }) => (positions.has(node) ? peerColour(positions.get(node) ?? 0, look.theme) : "transparent")}
      tools={
        <label className="check">
          <input type="checkbox" checked={chatter} onChange={(event) => setChatter(event.target.checked)} />
          pieces, interest and announces
        </label>
      }
    />
  );
}

function columnsOf(swarm: SwarmModel): Column<JournalLine>[] {
  const what = (line: JournalLine) => sentence(line, swarm) ?? "";
  return [
    { key: "t", title: "Time", numeric: true, text: ({ t }) => formatDuration(t), sort: ({ t }) => t },
    { key: "what", title: "What happened", text: what, sort: what },
    { key: "node", title: "Node", text: ({ node }) => printable(node), sort: ({ node }) => node },
    { key: "type", title: "Event", text: ({ type }) => type, sort: ({ type }) => type },
  ];
}
