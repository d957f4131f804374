import { useState } from "react";
import type { LabCommand } from "../../../api/commands.ts";
import { peersOf } from "../state/peers.ts";
import { viewState } from "../state/view-state.ts";
import type { ViewProps } from "../view-props.ts";
import { CutForm } from "./cut-form.tsx";
import { KnobsForm } from "./knobs-form.tsx";
import { MarkForm } from "./mark-form.tsx";
import { sendCommand } from "./send-command.ts";

/** Sends a command, tells how it went, and says whether it was done. */
export type Act = (command: LabCommand, done: string) => Promise<boolean>;

interface Outcome {
  readonly kind: "hint" | "done" | "problem";
  readonly text: string;
}

/** What can be changed while the lab runs. With the read-only link everything is there to see and switched off. */
export function Controls({ data, state }: ViewProps) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const { swarm } = data.picture;
  const peers = peersOf(swarm);
  const readOnly = data.grant !== "admin";
  const act: Act = async (command, done) => {
    setOutcome({ kind: "hint", text: "asking …" });
    const { ok, error } = await sendCommand(command);
    const problem = error ?? "the lab could not do that";
    setOutcome(ok ? { kind: "done", text: done } : { kind: "problem", text: problem });
    return ok;
  };
  return (
    <aside className="panel controls" aria-label="Controls">
      <button
        type="button"
        className="close"
        aria-label="Close controls"
        onClick={() => viewState.change({ panel: "none" })}
      >
        ×
      </button>
      <h2>Controls</h2>
      {outcome && (
        <p role="status" className={`outcome ${outcome.kind}`}>
          {outcome.text}
        </p>
      )}
      {readOnly && <p className="hint">This link can only look. The link of `lab open` can change the lab.</p>}
      <fieldset disabled={readOnly} className="plain">
        <KnobsForm key={state.peer} peers={peers} peer={state.peer} act={act} />
        <section>
          <h3>Announce</h3>
          <div className="row">
            <button type="button" onClick={() => void act({ type: "announce" }, "all peers announce")}>
              all peers
            </button>
            <button
              type="button"
              disabled={state.peer === null}
              onClick={() => state.peer && void act({ type: "announce", node: state.peer }, `${state.peer} announces`)}
            >
              {state.peer ?? "the chosen peer"}
            </button>
          </div>
        </section>
        <CutForm peers={peers} cuts={swarm.cuts} act={act} />
        <MarkForm act={act} />
      </fieldset>
    </aside>
  );
}
