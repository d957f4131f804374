import type { RuntimeKind } from "../api/words.ts";
import { engineAtHand } from "../runtime/docker/engine-at-hand.ts";

/** The runtimes that can be tested here: containers where an engine answers. */
export const runtimesHere: readonly RuntimeKind[] = (await engineAtHand()) ? ["process", "docker"] : ["process"];
