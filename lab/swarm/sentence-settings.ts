import type { NodeSettings } from "../api/node.ts";
import { formatDuration, formatRate } from "../units.ts";
import { behaviourOf } from "./behaviour.ts";

/** `up 1.00 MiB/s, down ∞, 4 slots, rarest, at most 50 peers`. */
export function settingsSentence(settings: NodeSettings): string {
  if (!("up" in settings)) return `an announce interval of ${formatDuration(settings.interval)}`;
  const { up, down, slots, strategy, maxPeers } = settings;
  const off = [settings.endgame ? "" : ", no endgame", settings.superSeeding ? "" : ", no super-seeding"].join("");
  const behaviour = behaviourOf(settings);
  const manners = behaviour === "honest" ? "" : `, behaviour ${behaviour}`;
  return `up ${formatRate(up)}, down ${formatRate(down)}, ${slots} slots, ${strategy}${off}, at most ${maxPeers} peers${manners}`;
}
