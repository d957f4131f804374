import { knobLimits } from "../../../api/knob-limits.ts";
import type { Behaviour, PeerSettings } from "../../../api/words.ts";
import { parseRate } from "../../../units.ts";

/** The form of the knobs, as typed; an empty field leaves its knob as it is. */
export interface KnobForm {
  readonly up: string;
  readonly down: string;
  readonly slots: string;
  readonly strategy: "" | PeerSettings["strategy"];
  readonly endgame: Switch;
  readonly superSeeding: Switch;
  readonly behaviour: "" | Behaviour;
}

type Switch = "" | "on" | "off";

export const emptyForm: KnobForm = {
  up: "",
  down: "",
  slots: "",
  strategy: "",
  endgame: "",
  superSeeding: "",
  behaviour: "",
};

type Read =
  | { readonly ok: true; readonly settings: Partial<PeerSettings> }
  | { readonly ok: false; readonly error: string };

/** The settings that a form asks for, or which field is wrong and how it should look. */
export function readKnobs({ up, down, slots, strategy, behaviour, ...switches }: KnobForm): Read {
  const settings: { -readonly [K in keyof PeerSettings]?: PeerSettings[K] } = {};
  for (const [key, text] of [["up", up] as const, ["down", down] as const]) {
    if (text.trim() === "") continue;
    const rate = parseRate(text);
    if (rate === undefined) return { ok: false, error: `"${text}" is no rate: 500KiB/s, 2MiB/s or unlimited` };
    settings[key] = rate;
  }
  if (slots.trim() !== "") {
    const count = Number(slots);
    const { least, most } = knobLimits.slots;
    if (!Number.isInteger(count) || count < least || count > most)
      return { ok: false, error: `slots are ${least} to ${most}` };
    settings.slots = count;
  }
  if (strategy !== "") settings.strategy = strategy;
  for (const [key, text] of [["endgame", switches.endgame] as const, ["superSeeding", switches.superSeeding] as const])
    if (text !== "") settings[key] = text === "on";
  if (behaviour !== "") settings.behaviour = behaviour;
  return Object.keys(settings).length === 0 ? { ok: false, error: "nothing to change yet" } : { ok: true, settings };
}
