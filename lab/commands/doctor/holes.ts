import { atLeast } from "../../runtime/docker/engine.ts";
import type { EngineSurvey } from "../../runtime/docker/survey.ts";

/** A known hole of an engine's version that a lab comes near. */
export interface Hole {
  readonly name: string;
  /** What it means here. */
  readonly meaning: string;
  readonly fix: string;
}

/**
 * Known holes of this version. A distribution may have closed them in a package of its own, of which the version does not
 * tell. Sources: GHSA-mq39-4gv4-mvpx, moby issue 45610, Docker's advisory on CVE-2025-9074.
 */
export function holesOf({ kind, version, desktop }: Pick<EngineSurvey, "kind" | "version" | "desktop">): Hole[] {
  const holes: Hole[] = [];
  if (desktop !== undefined && !atLeast(desktop, "4.44.3"))
    holes.push({
      name: "CVE-2025-9074",
      meaning: "any container can drive the engine, and so this machine",
      fix: "Update Docker Desktop to 4.44.3 or newer before you run anybody else's program in a lab.",
    });
  if (kind !== "docker") return holes;
  if (asksOutside(version))
    holes.push({
      name: "CVE-2024-29018",
      meaning: "names looked up in an internal network reach resolvers outside; a lab's nodes are given none",
      fix: "Update the engine to 23.0.11, 25.0.5, 26.0 or newer.",
    });
  if (!atLeast(version, "28.0"))
    holes.push(
      {
        name: "moby 45610",
        meaning: "machines of the same local network can reach ports published on 127.0.0.1; tokens guard a lab's",
        fix: "Update the engine to 28.0 or newer, or do not publish a lab in a network that you do not trust.",
      },
      {
        name: "open gateways",
        meaning: "nodes can reach what this machine serves on all of its addresses, through their network's gateway",
        fix: "Update the engine to 28.0 or newer, which closes the gateways of a lab's network.",
      },
    );
  return holes;
}

/** Fixed in 23.0.11, in 25.0.5 and from 26.0 on; 24 was never fixed. */
function asksOutside(version: string): boolean {
  if (atLeast(version, "26.0")) return false;
  if (atLeast(version, "25.0")) return !atLeast(version, "25.0.5");
  return atLeast(version, "24.0") || !atLeast(version, "23.0.11");
}
