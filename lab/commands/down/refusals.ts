import { LabError } from "../../errors.ts";
import type { OutOfReach } from "../out-of-reach.ts";
import type { RemovedLab } from "./down.ts";

/** Rethrows what kept labs from being removed, as one error. */
export function refuseFailed(failures: readonly LabError[]): void {
  const [first] = failures;
  if (first === undefined) return;
  if (failures.length === 1) throw first;
  const { kind, hint } = first;
  const text = failures.map(({ message }) => message).join("; ");
  throw new LabError(kind, text, { cause: first, ...(hint !== undefined && { hint }) });
}

/** Of labs of which something resists. */
export function refuseLeft(results: readonly RemovedLab[]): void {
  const left = results.flatMap((result) => result.left);
  if (left.length === 0) return;
  throw new LabError("environment", `could not remove: ${left.join("; ")}`, {
    hint: "Try again; if it stays, restart the Docker Engine and run `lab down` once more.",
  });
}

/** For labs of which nobody here knows what is left. */
export function notRemoved(labs: readonly OutOfReach[]): LabError {
  const what = ({ place }: OutOfReach) => (place === "in containers" ? "containers" : "nodes");
  const byReason = Map.groupBy(labs, (one) => `cannot be removed: ${one.why}`);
  const text = [...byReason].map(([why, same]) => {
    const names = same.map(({ lab }) => `"${lab}"`).join(", ");
    return `the ${same.map(what)[0]} of ${names} ${why}`;
  });
  const hints = new Set(labs.map(({ hint }) => hint));
  return new LabError("environment", text.join("; "), {
    hint: `${[...hints].join("; ")}, then \`lab down ${labs.length > 1 ? "--all" : labs[0]?.lab}\` again; their files stay until then.`,
  });
}
