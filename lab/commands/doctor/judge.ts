import { formatBytes } from "../../units.ts";
import { crowding, hasRoom, moreNeighbours, reserveText } from "../needs.ts";
import { MORE_MEMORY } from "../overfull.ts";
import type { EngineFact, Facts, Place } from "./facts.ts";
import { holesOf } from "./holes.ts";

export type Verdict = "ok" | "warning" | "failed";

/** One check: what was seen, what it means, and what to do about it. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
  readonly detail: string;
  readonly fix?: string;
}

type Judgement = Omit<Finding, "id" | "title">;

const ok = (detail: string): Judgement => ({ verdict: "ok", detail });
const warning = (detail: string, fix: string): Judgement => ({ verdict: "warning", detail, fix });
const failed = (detail: string, fix: string): Judgement => ({ verdict: "failed", detail, fix });

/** Networks of a lab of containers. */
const NETWORKS = 2;

/** What the facts mean for labs, in the order in which it matters. `failed`: no lab, or not this one, can run here. */
export function judge(facts: Facts): Finding[] {
  const finding = (id: string, title: string, judgement: Judgement): Finding => ({ id, title, ...judgement });
  return [
    finding("node", "Node", judgeNode(facts)),
    finding("programs", "node programs", judgePrograms(facts)),
    finding("engine", "container engine", judgeEngine(facts.engine)),
    ...judgeHoles(facts).map((judgement) => finding("holes", "engine's version", judgement)),
    finding("addresses", "networks", judgeAddresses(facts)),
    finding("neighbours", "neighbour table", judgeNeighbours(facts)),
    finding("links", "tc", judgeLinks(facts)),
    finding("loopback", "ports on 127.0.0.1", judgeLoopback(facts)),
    finding("folder", "this folder", judgePlace(facts.folder, "Call lab in a folder that you may write to.")),
    finding("state", "list of labs", judgePlace(facts.state, "Set XDG_STATE_HOME to a folder that you may write to.")),
    finding("sources", "sources", judgeSources(facts)),
    finding("disk", "disk", judgeDisk(facts)),
    finding("memory", "memory", judgeMemory(facts)),
    finding("clients", "clients", ok(facts.clients.join(", "))),
    finding("terminal", "terminal", judgeTerminal(facts)),
  ];
}

function judgeNode({ node }: Facts): Judgement {
  const [major = 0] = node.split(".").map(Number);
  return major >= 24 ? ok(node) : failed(`${node} is too old`, "Run `npm ci`, which brings Node 24.");
}

function judgePrograms({ programs }: Facts): Judgement {
  return programs === undefined ? failed("not built", "Run `npm run build`.") : ok(`built, version ${programs}`);
}

function judgeEngine(engine: EngineFact): Judgement {
  switch (engine.state) {
    case "answers": {
      const { kind, version, compose, source, rootless } = engine.survey;
      return ok(`${kind} ${version}${rootless ? ", rootless" : ""}, Compose ${compose}, ${source}`);
    }
    case "absent":
      return warning(
        `none answers: ${engine.reasons.join("; ")}`,
        "Labs run as local processes. To use containers start Docker and check it with `docker info`.",
      );
    case "broken":
      return failed(engine.reason, "Correct or unset DOCKER_HOST, or use --runtime process.");
  }
}

function judgeHoles({ engine }: Facts): Judgement[] {
  if (engine.state !== "answers") return [];
  return holesOf(engine.survey).map(({ name, meaning, fix }) => warning(`${name}: ${meaning}`, fix));
}

function judgeAddresses({ engine }: Facts): Judgement {
  const free = engine.state === "answers" ? engine.survey.freeNetworks : undefined;
  if (free === undefined) return ok("not a matter of local processes, or the engine does not tell");
  const detail = `the engine has addresses for ${free} more, a lab takes ${NETWORKS}`;
  if (free >= 2 * NETWORKS) return ok(detail);
  const fix = "`lab ls` shows the labs that run; `docker network prune` removes networks that nobody uses.";
  return free >= NETWORKS ? warning(detail, fix) : failed(detail, fix);
}

/** The kernel keeps one table for all containers: where each knows every other, N of them take N(N−1) entries. */
function judgeNeighbours({ engine, lab: { needs, profile } }: Facts): Judgement {
  const neighbours = engine.state === "answers" ? engine.survey.neighbours : undefined;
  if (neighbours === undefined) return ok("not a matter of this machine");
  const wanted = `${needs.nodes} containers of profile ${profile} may fill ${needs.neighbours} of ${neighbours} entries`;
  const fix = moreNeighbours(needs.neighbours);
  switch (crowding(needs.neighbours, neighbours)) {
    case "none":
      return ok(wanted);
    case "slow":
      return warning(`${wanted}: they lose sight of each other at times`, fix);
    case "hopeless":
      return failed(`${wanted}: most would never find each other`, fix);
  }
}

function judgeLinks({ engine, links, wantsLinks, lab: { profile } }: Facts): Judgement {
  if (engine.state !== "answers") return ok("not used by local processes: clients limit themselves");
  if (links?.rate && links.delay) return ok("links can be shaped: rate, delay and loss");
  const lacks = links?.lacks || "not tried";
  if (!wantsLinks) return ok(`${lacks}; no link in profile ${profile}`);
  const rest = links?.rate ? "The rate of a link is kept; its delay and loss are left out." : "";
  return warning(lacks, rest || "Clients limit themselves to the rate of their link; delay and loss are left out.");
}

function judgeLoopback({ loopback, webPortTaken }: Facts): Judgement {
  if (loopback !== undefined) return failed(loopback, "A firewall or a sandbox forbids listening on 127.0.0.1.");
  return ok(webPortTaken ? "can be opened; 7070 is taken, so the web UI gets another" : "can be opened");
}

function judgePlace({ path, problem }: Place, fix: string): Judgement {
  return problem === undefined ? ok(`${path} can be written`) : failed(problem, fix);
}

function judgeSources({ lab: { problem } }: Facts): Judgement {
  return problem === undefined
    ? ok("can be shared")
    : failed(problem, "Put the files to share into a folder called sources.");
}

function judgeDisk({ disk, lab: { needs, profile } }: Facts): Judgement {
  const detail = `${formatBytes(disk)} free, ${formatBytes(needs.disk)} for the downloads of ${needs.downloaders} peers`;
  if (hasRoom("disk", needs.disk, disk)) return ok(`${detail} of profile ${profile}`);
  return failed(
    detail + reserveText("disk", needs.disk, disk),
    "Use fewer leechers, share less in sources/, or make room.",
  );
}

/** A process may take twice as much as it needs before it gives anything back. */
function judgeMemory({ memory: { free, total }, lab: { needs, profile, overfull } }: Facts): Judgement {
  if (overfull !== undefined) return failed(overfull, MORE_MEMORY);
  const detail =
    `${formatBytes(free)} of ${formatBytes(total)} free, ` +
    `${formatBytes(needs.memory)} for the ${needs.nodes} nodes of profile ${profile}`;
  const fix = "Use fewer leechers, or end other programs.";
  if (!hasRoom("memory", needs.memory, free)) return failed(detail + reserveText("memory", needs.memory, free), fix);
  return hasRoom("memory", 2 * needs.memory, free) ? ok(detail) : warning(detail, fix);
}

function judgeTerminal({ terminal }: Facts): Judgement {
  if (!terminal) return ok("not a terminal: plain lines");
  const size = `${terminal.columns} × ${terminal.rows}, TERM=${terminal.term}`;
  return terminal.columns >= 80 && terminal.rows >= 24
    ? ok(size)
    : warning(size, "The dashboard is at its best from 80 × 24 on.");
}
