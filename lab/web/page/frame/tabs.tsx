import { show, type ViewName, views } from "../state/view-state.ts";

export const viewTitles: Record<ViewName, string> = {
  swarm: "Swarm",
  pieces: "Pieces",
  exchange: "Exchange",
  rates: "Rates",
  peers: "Peers",
  tracker: "Tracker",
  events: "Events",
};

export function Tabs({ shown }: { shown: ViewName }) {
  return (
    <nav className="tabs" aria-label="Views">
      {views.map((view, index) => (
        <button
          key={view}
          type="button"
          aria-current={view === shown ? "page" : undefined}
          title={`${viewTitles[view]} (${index + 1})`}
          onClick={() => show(view)}
        >
          {viewTitles[view]}
        </button>
      ))}
    </nav>
  );
}
