import { type Command, InvalidArgumentError, Option } from "commander";
import { knobLimits } from "../api/knob-limits.ts";
import { type Behaviour, behaviour, type PeerSettings, type Strategy } from "../api/words.ts";
import { parseRate } from "../units.ts";

/** The flags of a peer's knobs, for `add` and `set`. */
export interface KnobFlags {
  /** Bytes per second; infinite for no limit, since a flag's value cannot be `null`. */
  readonly up?: number;
  readonly down?: number;
  readonly slots?: number;
  readonly strategy?: Strategy;
  readonly endgame?: boolean;
  readonly superSeeding?: boolean;
  readonly maxPeers?: number;
  readonly behaviour?: Behaviour;
  readonly name?: string;
}

export function addKnobs(command: Command): Command {
  return command
    .option("--up <rate>", "upload limit, such as 500KiB/s, or unlimited", rateOf)
    .option("--down <rate>", "download limit", rateOf)
    .option("--slots <n>", "upload slots, one of them optimistic", whole(knobLimits.slots))
    .addOption(
      new Option("--strategy <order>", "order in which pieces are asked for").choices(["rarest", "sequential"]),
    )
    .option("--endgame <on|off>", "ask several peers at once for the last blocks", onOrOff)
    .option(
      "--super-seeding <on|off>",
      "an only seed gives each peer other pieces (BEP 16); switched on live, each that connects from then on",
      onOrOff,
    )
    .option("--max-peers <n>", "connections a torrent at the most", whole(knobLimits.maxPeers))
    .addOption(new Option("--behaviour <kind>", "what it is like to other peers").choices(behaviour.options));
}

/** What was given of them. */
export function knobsOf(flags: KnobFlags): Partial<PeerSettings> {
  const { up, down, slots, strategy, endgame, superSeeding, maxPeers, behaviour } = flags;
  const all = { up: limitOf(up), down: limitOf(down), slots, strategy, endgame, superSeeding, maxPeers, behaviour };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function limitOf(rate: number | undefined): number | null | undefined {
  return rate === Number.POSITIVE_INFINITY ? null : rate;
}

function rateOf(value: string): number {
  const rate = parseRate(value);
  if (rate === undefined) throw new InvalidArgumentError("Write it like 500KiB/s, or unlimited.");
  return rate ?? Number.POSITIVE_INFINITY;
}

function onOrOff(value: string): boolean {
  if (value === "on" || value === "off") return value === "on";
  throw new InvalidArgumentError("It is on or off.");
}

function whole({ least, most }: { least: number; most: number }): (value: string) => number {
  return (value) => {
    if (/^\d{1,4}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    throw new InvalidArgumentError(`It is a number from ${least} to ${most}.`);
  };
}
