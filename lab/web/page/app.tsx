import { Controls } from "./controls/controls.tsx";
import { ExchangeView } from "./exchange/exchange-view.tsx";
import { ErrorBoundary } from "./frame/error-boundary.tsx";
import { Help } from "./frame/help.tsx";
import { Notice } from "./frame/notice.tsx";
import { Result } from "./frame/result.tsx";
import { Tabs } from "./frame/tabs.tsx";
import { TopBar } from "./frame/top-bar.tsx";
import { useKeys } from "./frame/use-keys.ts";
import { Inspector } from "./inspect/inspector.tsx";
import { useLook } from "./look/use-look.ts";
import { PiecesView } from "./pieces/pieces-view.tsx";
import { RatesView } from "./rates/rates-view.tsx";
import { labData } from "./state/lab-data.ts";
import { shownTorrent, withKnown } from "./state/peers.ts";
import { useStore } from "./state/store.ts";
import { type ViewName, viewState } from "./state/view-state.ts";
import { SwarmView } from "./swarm/swarm-view.tsx";
import { EventsView } from "./tables/events-view.tsx";
import { PeersView } from "./tables/peers-view.tsx";
import { TrackerView } from "./tables/tracker-view.tsx";
import type { ViewProps } from "./view-props.ts";

const components: Record<ViewName, (props: ViewProps) => React.ReactNode> = {
  swarm: SwarmView,
  pieces: PiecesView,
  exchange: ExchangeView,
  rates: RatesView,
  peers: PeersView,
  tracker: TrackerView,
  events: EventsView,
};

export function App() {
  const data = useStore(labData);
  const state = useStore(viewState);
  const look = useLook();
  useKeys(look);
  const torrent = shownTorrent(data.picture.swarm, state);
  const View = components[state.view];
  const props = torrent && { data, torrent, state: withKnown(state, data.picture, torrent), look };
  return (
    <div className="page" data-panel={state.panel}>
      <TopBar data={data} torrent={torrent} state={state} look={look} />
      <div className="navigation">
        <Tabs shown={state.view} />
        {torrent && <Result swarm={data.picture.swarm} torrent={torrent} />}
      </div>
      <Notice data={data} />
      <main className="stage">
        {props ? (
          <ErrorBoundary key={state.view}>
            <View {...props} />
          </ErrorBoundary>
        ) : (
          <p className="empty">{data.picture.swarm.run ? "The lab shares no torrent yet." : "Connecting …"}</p>
        )}
      </main>
      {props && state.panel === "inspect" && <Inspector {...props} />}
      {props && state.panel === "controls" && <Controls {...props} />}
      {state.help && <Help />}
    </div>
  );
}
