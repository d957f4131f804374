import * as z from "zod";
import { behaviour, maxPeers, name, slots, strategy, usualSettings } from "../api/words.ts";
import { isPieceLength } from "../swarm/piece-length.ts";
import { formatBytes, parseBytes, parseDuration, parseRate, parseShare } from "../units.ts";
import { groupsOf } from "./groups.ts";

/** A quantity written as text with a unit (or as a plain number of its base unit). */
function quantity<T>(parse: (text: string) => T | undefined, example: string, what: string) {
  return z
    .union([z.string(), z.number().nonnegative()])
    .meta({ examples: [example], description: `${what}, such as ${example}` })
    .transform((value, context): T => {
      const parsed = parse(String(value));
      if (parsed !== undefined) return parsed;
      context.addIssue({ code: "custom", message: `"${value}" is no ${what}; write it like ${example}` });
      return z.NEVER;
    });
}

const rate = quantity(parseRate, "2MiB/s", "rate (bytes a second, or unlimited)");
const size = quantity(parseBytes, "256KiB", "size");
const duration = quantity(parseDuration, "10s", "duration");
const globs = z.array(
  z.string().min(1).meta({ description: "Matches names in sources/; with a ! before it, leaves out" }),
);
const storage = z.enum(["volume", "memory"]).meta({
  description: "Where downloads go: a volume that survives a restart, or a container's memory that does not",
});

const pieceLength = size.refine(isPieceLength, "a piece length is a power of two from 16KiB to 16MiB");

/** What a peer's program takes while it downloads, and some room. */
const LEAST_MEMORY = 64 * 1024 ** 2;

const memory = size.refine(
  (value) => value >= LEAST_MEMORY,
  "a peer's program does not run in less than 64MiB of memory",
);

/** As long as the names of its nodes, NAME-1 to NAME-1000, are names still. */
const groupName = name.max(58, "a group's name has 58 characters at most: its nodes are called NAME-1, NAME-2, …");

/** A rate below it stalls TCP behind single packets; the kernel counts what may pass at once in 32 bits. */
const LINK_RATES = { min: 1024, max: 64 * 1024 ** 3 };

/** What a peer's line is like, in the direction away from it. */
const link = z
  .strictObject({
    rate: rate
      .refine(
        (value) => value === null || (value >= LINK_RATES.min && value <= LINK_RATES.max),
        `a link's rate is from ${formatBytes(LINK_RATES.min)}/s to ${formatBytes(LINK_RATES.max)}/s, or unlimited`,
      )
      .default(null),
    delay: duration.refine((seconds) => seconds <= 10, "a link's delay is at most 10s").default(0),
    loss: quantity(parseShare, "2%", "share (a percentage, or 0 to 1)")
      .refine((share) => share < 1, "a link that loses everything is none: its loss is below 100%")
      .default(0),
  })
  .refine(({ rate, delay, loss }) => rate !== null || delay > 0 || loss > 0, "a link needs a rate, a delay or a loss");

const group = z.strictObject({
  name: groupName.optional().meta({ description: "Nodes are NAME-1, NAME-2, …; default: the role" }),
  count: z.number().int().min(0).max(1000).default(1),
  up: rate.default(null).meta({ description: "Upload limit of each peer" }),
  down: rate.default(null).meta({ description: "Download limit of each peer" }),
  slots: slots.default(usualSettings.slots).meta({ description: "Upload slots, one of them optimistic" }),
  strategy: strategy.default(usualSettings.strategy).meta({ description: "Order in which pieces are asked for" }),
  endgame: z.boolean().default(usualSettings.endgame).meta({
    description: "Ask several peers at once for the last blocks",
  }),
  superSeeding: z.boolean().default(usualSettings.superSeeding).meta({
    description: "An only seed gives each peer other pieces, until all of them are in the swarm (BEP 16)",
  }),
  maxPeers: maxPeers.default(usualSettings.maxPeers).meta({ description: "Connections a torrent at the most" }),
  behaviour: behaviour.default("honest").meta({
    description:
      "poison: sends wrong bytes; freeride: no upload slot; silent: unchokes and never sends; slow: sends each peer 1 KiB/s",
  }),
  link: link.optional().meta({
    description: "Shapes what each peer sends: its client keeps to the rate, the kernel of its container to all of it",
  }),
  join: z
    .strictObject({ every: duration.default(0) })
    .optional()
    .meta({ description: "Let one more peer of this group in every so often" }),
  leave: z
    .strictObject({ after: z.literal("complete"), linger: duration.default(0) })
    .optional()
    .meta({ description: "Leave the swarm this long after the last completion; of peers that download something" }),
  seeds: globs.optional().meta({ description: "Entries of sources/ that it shares; only then it sees the folder" }),
  fetches: globs.optional().meta({ description: "Entries that it downloads" }),
  memory: memory.optional().meta({ description: "Memory limit of each container" }),
  storage: storage.optional(),
});

/** @param usual what its peers download when the profile does not say. */
const groupThatFetches = (usual: readonly string[]) =>
  group.refine(({ leave, fetches = usual }) => leave === undefined || fetches.length > 0, {
    path: ["leave"],
    error: "who downloads nothing never completes and so never leaves: give the group `fetches`, or no `leave`",
  });

const profile = z.strictObject({
  description: z.string().optional().meta({ description: "One line for `lab profiles`" }),
  overlay: z.boolean().optional().meta({ description: "Only adds to another profile" }),
  tracker: z
    .strictObject({
      kind: z.literal("bittorrent-tracker").default("bittorrent-tracker"),
      interval: duration
        .refine((seconds) => seconds >= 1 && seconds <= 3600, "an announce interval is between 1s and 1h")
        .default(10)
        .meta({ description: "Time between announces" }),
    })
    .default({ kind: "bittorrent-tracker", interval: 10 }),
  seeders: z.array(groupThatFetches([])).default([]),
  leechers: z.array(groupThatFetches(["*"])).default([]),
  pieceLength: pieceLength.optional().meta({ description: "Default: the smallest with at most 256 pieces" }),
  private: z.boolean().default(true).meta({ description: "BEP 27: peers come from the tracker only" }),
  memory: memory.optional(),
  storage: storage.default("volume"),
  web: z.boolean().default(false).meta({ description: "Serve the web UI" }),
});

/** A profile as written in `profiles/NAME.yaml`, before overlays are merged and defaults filled in. */
export const profileSchema = profile.superRefine((value, context) => {
  const groups = groupsOf(value);
  for (const [at, { name, role }] of groups.entries()) {
    const message = nameTrouble(name, groups.findIndex((one) => one.name === name) < at);
    const index = role === "seeder" ? at : at - value.seeders.length;
    if (message) context.addIssue({ code: "custom", path: [`${role}s`, index, "name"], message });
  }
});

const RESERVED = new Set(["tracker", "controller", "web", "torrents"]);

function nameTrouble(name: string, isTaken: boolean): string | undefined {
  if (RESERVED.has(name)) return `a group cannot be called "${name}", the lab has a node of that name`;
  return isTaken ? `two groups are called "${name}": give one of them a \`name\`` : undefined;
}

export type Profile = z.output<typeof profileSchema> & { readonly name: string };
export type Group = z.output<typeof group>;

/** JSON Schema of a profile file, for editors. */
export function profileJsonSchema(): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A torrent-lab profile",
    ...z.toJSONSchema(profileSchema, { io: "input", unrepresentable: "any" }),
  };
}
