import { useState } from "react";
import type { NodeModel, SwarmModel } from "../../../swarm/model.ts";
import type { Act } from "./controls.tsx";

interface Props {
  readonly peers: readonly NodeModel[];
  readonly cuts: SwarmModel["cuts"];
  readonly act: Act;
}

/** Parts the swarm: the chosen peers on one side, all others on the other. */
export function CutForm({ peers, cuts, act }: Props) {
  const [picked, setChosen] = useState<readonly string[]>([]);
  const names = peers.map(({ name }) => name);
  // Who was picked may be gone.
  const chosen = names.filter((name) => picked.includes(name));
  const others = names.filter((name) => !picked.includes(name));
  const toggle = (name: string) =>
    setChosen(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  const cut = () => act({ type: "cut", sides: [chosen, others] }, `${chosen.join(", ")} cut off from the others`);
  return (
    <section>
      <h3>Cut and heal</h3>
      <div className="choices">
        {peers.map(({ name }) => (
          <label key={name} className="check">
            <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />
            {name}
          </label>
        ))}
      </div>
      <div className="row">
        <button type="button" disabled={chosen.length === 0 || others.length === 0} onClick={() => void cut()}>
          Cut off from the others
        </button>
        <button
          type="button"
          disabled={cuts.length === 0}
          onClick={() => void act({ type: "heal" }, "all cuts are healed")}
        >
          Heal
        </button>
      </div>
    </section>
  );
}
