import { type Finding, value } from "../benchmark.ts";
import { type Strain, voidReason } from "../report/void.ts";
import { boundOf, type Shape } from "./shape.ts";

/** What one swarm of one client did. Seconds from the moment the leechers were let go; payload bytes. */
export interface SwarmRun {
  /** When each leecher had the file; `null` when it never had. */
  readonly completions: readonly (number | null)[];
  readonly seedUploaded: number | null;
  /** Duplicates and hash failures over all leechers. */
  readonly wasted: number | null;
  /** Of all peers, from their start. */
  readonly cpuSeconds: number;
  readonly strain: Strain;
}

export function findingsOf(program: string, shape: Shape, run: SwarmRun): Finding[] {
  const { completions, seedUploaded, wasted, strain } = run;
  const times = completions.filter((time) => time !== null);
  const incomplete = completions.length - times.length;
  if (incomplete > 0) {
    const reason = `${incomplete} of ${completions.length} leechers did not complete`;
    return [{ kind: "void", program, reason, incomplete: true }];
  }
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const efficiency = boundOf(shape) / last;
  const reason = voidReason(strain);
  if (reason !== undefined)
    return [{ kind: "void", program, reason: `${reason}; efficiency would be ${efficiency.toFixed(2)}` }];
  return [
    value(program, "efficiency", efficiency),
    value(program, "last", last),
    value(program, "mean", times.reduce((sum, time) => sum + time, 0) / times.length),
    value(program, "spread", last - first),
    ...(seedUploaded === null ? [] : [value(program, "seed copies", seedUploaded / shape.size)]),
    ...(wasted === null ? [] : [value(program, "wasted", wasted / (shape.size * times.length))]),
  ];
}
