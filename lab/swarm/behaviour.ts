import type { NodeSettings } from "../api/node.ts";
import type { Behaviour, PeerSettings } from "../api/words.ts";
import { knobsOf } from "./knobs.ts";

/** Bytes a second that a `slow` peer sends to each of those it unchokes. */
export const TRICKLE = 1024;

/** One column wide each, also in a terminal. */
export const badSigns = { poison: "☠", freeride: "◌", silent: "⊘", slow: "◔" } as const;
/** An honest peer has the sign of what it holds. */
export const behaviourSigns: Readonly<Record<Behaviour, string>> = { honest: "", ...badSigns };

export function behaviourOf(settings: NodeSettings | null): Behaviour {
  return knobsOf(settings)?.behaviour ?? "honest";
}

/** Whether a peer of this kind gives others anything that they can use. */
export function givesNothing(behaviour: Behaviour): boolean {
  return behaviour === "poison" || behaviour === "freeride" || behaviour === "silent";
}

/** What each does to others, for legends. */
export const badBehaviours = {
  poison: "sends wrong bytes",
  freeride: "takes and gives nothing",
  silent: "unchokes and never sends",
  slow: "sends each peer a trickle",
} as const satisfies Record<Exclude<Behaviour, "honest">, string>;

/** Bytes a second of use to others that a peer can send; `null` is unlimited. */
export function usefulUplink(settings: PeerSettings): number | null {
  const behaviour = behaviourOf(settings);
  if (givesNothing(behaviour)) return 0;
  if (behaviour === "slow") return Math.min(settings.up ?? Number.POSITIVE_INFINITY, TRICKLE * settings.slots);
  return settings.up;
}
