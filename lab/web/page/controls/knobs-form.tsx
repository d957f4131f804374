import { type FormEvent, useState } from "react";
import { behaviourSigns } from "../../../swarm/behaviour.ts";
import { knobsOf } from "../../../swarm/knobs.ts";
import type { NodeModel } from "../../../swarm/model.ts";
import { formatRate } from "../../../units.ts";
import type { Act } from "./controls.tsx";
import { emptyForm, type KnobForm, readKnobs } from "./knobs.ts";

/** What a choice is sent as → what it reads like. */
type Ways = Readonly<Record<string, string>>;

/** Limits, slots and ways of a peer or of a whole group. */
export function KnobsForm({ peers, peer, act }: { peers: readonly NodeModel[]; peer: string | null; act: Act }) {
  const [chosen, setChosen] = useState(peer ?? "");
  const [form, setForm] = useState<KnobForm>(emptyForm);
  const groups = [...new Set(peers.map(({ group }) => group))];
  // Who was chosen may be gone: what is sent is what is shown.
  const isThere = groups.includes(chosen) || peers.some(({ name }) => name === chosen);
  const target = isThere ? chosen : (groups[0] ?? "");
  const read = readKnobs(form);
  const now = knobsOf(peers.find(({ name, group }) => name === target || group === target)?.settings);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!read.ok) return;
    if (await act({ type: "set", target, settings: read.settings }, `${target} was set`)) setForm(emptyForm);
  };
  const field = (key: "up" | "down" | "slots", label: string, hint: string) => (
    <label>
      {label}
      <input
        value={form[key]}
        placeholder={hint}
        autoComplete="off"
        onChange={(event) => setForm({ ...form, [key]: event.target.value })}
      />
    </label>
  );
  const choice = (key: "strategy" | "endgame" | "superSeeding" | "behaviour", label: string, ways: Ways) => (
    <label>
      {label}
      <select value={form[key]} onChange={(event) => setForm({ ...form, [key]: event.target.value })}>
        <option value="">as it is</option>
        {Object.entries(ways).map(([way, text]) => (
          <option key={way} value={way}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h3>Limits and picking</h3>
      <label>
        of
        <select aria-label="Whose" value={target} onChange={(event) => setChosen(event.target.value)}>
          <optgroup label="groups">
            {groups.map((group) => (
              <option key={group} value={group}>
                all of {group}
              </option>
            ))}
          </optgroup>
          <optgroup label="peers">
            {peers.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
      {field("up", "↑ up", now ? formatRate(now.up) : "1MiB/s")}
      {field("down", "↓ down", now ? formatRate(now.down) : "unlimited")}
      {field("slots", "slots", now ? `${now.slots}` : "4")}
      {choice("strategy", "picks", { rarest: "rarest first", sequential: "sequential" })}
      {choice("endgame", "endgame", { on: "on", off: "off" })}
      {choice("superSeeding", "super-seeding", { on: "on", off: "off" })}
      {choice("behaviour", "is", Object.fromEntries(Object.keys(behaviourSigns).map((kind) => [kind, kind])))}
      <button type="submit" disabled={!read.ok}>
        Set
      </button>
      {!read.ok && Object.values(form).some((value) => value !== "") && <p className="problem">{read.error}</p>}
    </form>
  );
}
