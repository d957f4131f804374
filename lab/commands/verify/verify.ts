import type { VerifyAnswer } from "../../api/journal.ts";
import { exitCodes, LabError } from "../../errors.ts";
import type { LabPlan } from "../../plan/plan.ts";
import { labFolder } from "../../runtime/folder.ts";
import { indexKey, readIndex } from "../../torrents/torrent-index.ts";
import { printable } from "../../units.ts";
import { connectLab } from "../find-lab.ts";
import { table } from "../table.ts";
import { print, printJson, type World } from "../world.ts";
import { hashSource } from "./hash-source.ts";

interface Verdict {
  readonly node: string;
  readonly torrent: string;
  readonly verdict: "identical" | "incomplete" | "different" | "source changed" | "no answer";
  readonly detail: string;
}

/** `lab verify`: the lab's word against the sources', file by file. */
export async function verify(world: World, flags: { name?: string; json: boolean }): Promise<number> {
  const { plan, client } = await connectLab(world, flags.name);
  const result = await client.command({ type: "verify" });
  if (result.value === undefined) throw new LabError("failed", result.error ?? "the controller could not verify");
  const verdicts = await judge(plan, result.value as VerifyAnswer);
  if (flags.json) printJson(world, { schemaVersion: 1, ok: verdicts.every(isFine), verdicts });
  else show(world, verdicts);
  return verdicts.every(isFine) ? exitCodes.ok : exitCodes.node;
}

const isFine = ({ verdict }: Verdict) => verdict === "identical";

/** One verdict for everything that a peer of the plan fetches. */
async function judge(plan: LabPlan, answer: VerifyAnswer): Promise<Verdict[]> {
  const index = await readIndex(labFolder(plan.dir, plan.lab).torrents);
  const verdicts: Verdict[] = [];
  for (const { infoHash, name, source, pieceLength } of plan.run.torrents) {
    const { entry, files } = await hashSource(plan.input.sources, source);
    const key = entry && indexKey(entry, pieceLength, plan.input.profile.private);
    const expected = { files, isOriginal: key !== undefined && index.get(source)?.key === key };
    for (const peer of plan.run.peers.filter(({ fetches }) => fetches.includes(infoHash))) {
      verdicts.push({ node: peer.name, torrent: name, ...compare(expected, answer[peer.name], infoHash) });
    }
  }
  return verdicts;
}

interface Expected {
  readonly files: ReadonlyMap<string, string>;
  /** Whether the source is what the torrent was made of. */
  readonly isOriginal: boolean;
}

function compare(
  expected: Expected,
  answer: VerifyAnswer[string] | undefined,
  infoHash: string,
): Pick<Verdict, "verdict" | "detail"> {
  if (answer === undefined) return { verdict: "no answer", detail: "the peer does not run" };
  if ("error" in answer) return { verdict: "no answer", detail: answer.error };
  const report = answer.find(({ torrent }) => torrent === infoHash);
  if (!report?.complete) return { verdict: "incomplete", detail: "not all pieces are there" };
  const files = new Map(report.files.map((file) => [file.path, file.sha256]));
  const different = [...expected.files].filter(([path, sha256]) => files.get(path) !== sha256).map(([path]) => path);
  const more = [...files.keys()].filter((path) => !expected.files.has(path));
  if (different.length === 0 && more.length === 0) return { verdict: "identical", detail: `${files.size} files` };
  const detail = [...different, ...more].slice(0, 3).join(", ");
  return { verdict: expected.isOriginal ? "different" : "source changed", detail };
}

function show(world: World, verdicts: readonly Verdict[]): void {
  for (const line of verdictLines(verdicts)) print(world, line);
}

export function verdictLines(verdicts: readonly Verdict[]): string[] {
  if (verdicts.length === 0) return ["there is nothing to verify: nobody fetches anything"];
  const rows = verdicts.map(({ node, torrent, verdict, detail }) => [
    node,
    printable(torrent),
    verdict,
    printable(detail),
  ]);
  const bad = verdicts.filter((verdict) => !isFine(verdict)).length;
  const sum = bad === 0 ? "every leecher holds byte-identical files" : `${bad} of ${verdicts.length} differ`;
  return [...table(["NODE", "TORRENT", "VERDICT", ""], rows), sum];
}
