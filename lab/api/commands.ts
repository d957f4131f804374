import * as z from "zod";
import { runPlan } from "./run-plan.ts";
import { name, nodeState, peerSettings } from "./words.ts";

/** Bodies of `POST /v1/commands`. Admin token only. */
export const labCommand = z.discriminatedUnion("type", [
  /**
   * The plan from now on: new nodes may say hello, gone ones are forgotten, torrents are added or retired. `retuned` nodes
   * get the plan's knobs, all without it; the others keep what is in force, which may have been set past the plan.
   */
  z.object({ type: z.literal("plan"), plan: runPlan, retuned: z.array(name).optional() }),
  /** What the runtime did to a node from outside (started it, paused it, killed it). */
  z.object({
    type: z.literal("node"),
    node: name,
    state: nodeState,
    error: z.string().optional(),
  }),
  /** Change knobs of one node or of a whole group. */
  z.object({
    type: z.literal("set"),
    target: name,
    settings: peerSettings.partial(),
  }),
  /** Announce now; all peers without a node. */
  z.object({ type: z.literal("announce"), node: name.optional() }),
  /** Answers with a `VerifyAnswer`: `{ node: VerifyReport }`; a node that cannot has `{ error }`, and then `ok` is false. */
  z.object({ type: z.literal("verify") }),
  z.object({
    type: z.literal("cut"),
    sides: z.tuple([z.array(name), z.array(name)]),
  }),
  z.object({ type: z.literal("heal") }),
  z.object({ type: z.literal("mark"), text: z.string().max(200) }),
  /** The lab is about to go down. */
  z.object({ type: z.literal("stopping") }),
]);
export type LabCommand = z.infer<typeof labCommand>;

export const commandResult = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  value: z.unknown().optional(),
});
export type CommandResult = z.infer<typeof commandResult>;
