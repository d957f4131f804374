import { availability, distributedCopies } from "../../../swarm/availability.ts";
import { labState } from "../../../swarm/lab-state.ts";
import type { SwarmModel, TorrentModel } from "../../../swarm/model.ts";
import { formatDuration, formatRate, printable } from "../../../units.ts";
import { totalSpeed } from "../../picture/history.ts";
import { saveFigure } from "../draw/figure.ts";
import type { Look } from "../look/look.ts";
import type { LabData } from "../state/lab-data.ts";
import { peersOf } from "../state/peers.ts";
import { setTheme, type ViewState, viewState } from "../state/view-state.ts";
import { TorrentSelect } from "./torrent-select.tsx";

interface Props {
  readonly data: LabData;
  readonly torrent: TorrentModel | undefined;
  readonly state: ViewState;
  readonly look: Look;
}

/** Which lab, how it is, which torrent, and what the page can do. */
export function TopBar({ data, torrent, state, look }: Props) {
  const { swarm } = data.picture;
  const lab = swarm.run?.lab ?? "";
  return (
    <header className="top">
      <h1>
        <img src="/icon.svg" alt="" width="26" height="26" />
        <span>{printable(lab || "torrent-lab")}</span>
      </h1>
      <StateChip swarm={swarm} />
      <TorrentSelect swarm={swarm} shown={torrent} />
      {torrent && <Totals swarm={swarm} infoHash={torrent.info.infoHash} />}
      <div className="tools">
        {data.grant === "viewer" && <span className="chip">read-only</span>}
        <Toggle on={state.panel === "inspect"} name="Details" keys="i" panel="inspect" />
        <Toggle on={state.panel === "controls"} name="Controls" keys="c" panel="controls" />
        <button type="button" onClick={() => void saveFigure("png", look, lab)} title="Save this view as PNG (e)">
          PNG
        </button>
        <button type="button" onClick={() => void saveFigure("svg", look, lab)} title="Save this view as SVG (Shift+E)">
          SVG
        </button>
        <button
          type="button"
          onClick={() => setTheme(look.theme === "dark" ? "light" : "dark")}
          title="Light or dark (t)"
          aria-label={look.theme === "dark" ? "Switch to light" : "Switch to dark"}
        >
          {look.theme === "dark" ? "☀" : "☾"}
        </button>
        <button type="button" onClick={() => viewState.change({ help: true })} title="Keys (?)" aria-label="Keys">
          ?
        </button>
      </div>
    </header>
  );
}

function Toggle({ on, name, keys, panel }: { on: boolean; name: string; keys: string; panel: "inspect" | "controls" }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      title={`${name} (${keys})`}
      onClick={() => viewState.change({ panel: on ? "none" : panel })}
    >
      {name}
    </button>
  );
}

function StateChip({ swarm }: { swarm: SwarmModel }) {
  const state = labState(swarm, swarm.t);
  return (
    <span className="chip" data-state={state}>
      {state} · {formatDuration(swarm.t)}
    </span>
  );
}

function Totals({ swarm, infoHash }: { swarm: SwarmModel; infoHash: string }) {
  const down = peersOf(swarm).reduce((sum, node) => sum + totalSpeed(node, "downloaded", swarm.t), 0);
  const copies = distributedCopies(availability(swarm, infoHash));
  return (
    <dl className="totals">
      <div>
        <dt>moving</dt>
        <dd>{down === 0 ? "–" : formatRate(down)}</dd>
      </div>
      <div>
        <dt title="How often the whole torrent is there: the rarest piece's holders + the share of pieces with more">
          copies
        </dt>
        <dd>{copies.toFixed(2)}</dd>
      </div>
    </dl>
  );
}
