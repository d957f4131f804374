import { useState } from "react";
import { formatDuration, printable } from "../../../units.ts";
import type { ToldEvent } from "../../picture/recent-events.ts";
import { peerColour } from "../look/peer-colours.ts";
import { hueOf } from "../state/peers.ts";
import type { ViewProps } from "../view-props.ts";
import type { Column } from "./table.ts";
import { Table } from "./table.tsx";

/** What happened, newest first. */
export function EventsView({ data, look }: ViewProps) {
  const [chatter, setChatter] = useState(false);
  const { picture } = data;
  const { events } = picture;
  const shown = chatter ? [...events.story, ...events.chatter].sort((a, b) => a.seq - b.seq) : events.story;
  const markOf = ({ node }: ToldEvent) => {
    const hue = hueOf(picture, node);
    return hue < 0 ? "transparent" : peerColour(hue, look.theme);
  };
  return (
    <Table
      name="events"
      look={look}
      rows={shown.toReversed()}
      columns={columns}
      rowKey={({ seq }) => `${seq}`}
      mark={markOf}
      tools={
        <label className="check">
          <input type="checkbox" checked={chatter} onChange={(event) => setChatter(event.target.checked)} />
          pieces, choking, connections and announces
        </label>
      }
    />
  );
}

const columns: Column<ToldEvent>[] = [
  { key: "t", title: "Time", numeric: true, text: ({ t }) => formatDuration(t), sort: ({ t }) => t },
  { key: "what", title: "What happened", text: ({ text }) => text, sort: ({ text }) => text },
  { key: "node", title: "Node", text: ({ node }) => printable(node), sort: ({ node }) => node },
  { key: "type", title: "Event", text: ({ type }) => type, sort: ({ type }) => type },
];
