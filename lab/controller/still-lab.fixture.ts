import type { JournalBody, JournalLine } from "../api/journal.ts";
import type { RunPlan } from "../api/run-plan.ts";
import { apply, emptyModel } from "../swarm/model.ts";
import { conduct } from "./conductor.ts";
import type { Lab } from "./lab.ts";
import { peerNames } from "./peer-names.ts";
import { recordPlan } from "./take-plan.ts";

/** A lab without connections or files, whose clock is set by hand. */
export function still(plan: RunPlan) {
  const lines: JournalLine[] = [];
  const model = emptyModel();
  let now = 0;
  const record = (node: string, body: JournalBody) => {
    const line = { v: 1, run: plan.run, seq: lines.length + 1, t: now, node, ...body } as JournalLine;
    lines.push(line);
    apply(model, line);
  };
  const journal = {
    run: plan.run,
    model,
    now: () => now,
    record,
    resumed: { lines: 0, torn: 0 },
  } as unknown as Lab["journal"];
  const names = peerNames(model);
  const lab: Lab = {
    plan,
    adopted: [],
    journal,
    names,
    sessions: new Map(),
    folder: "",
    progressAt: 0,
    reconcile: () => {},
  };
  recordPlan(lab, (one) => one.settings);
  return {
    lab,
    record,
    hello: (node: string) => record(node, { type: "node", state: "running", client: "test" }),
    at(t: number) {
      now = t;
      conduct(lab);
    },
    lines: (type: JournalBody["type"]) => lines.filter((line) => line.type === type),
    stateOf: (node: string) => model.nodes[node]?.state,
  };
}
