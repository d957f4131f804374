import { LabError } from "../errors.ts";
import { lockLab } from "./lock.ts";
import { type NewEntry, type RegisteredNode, type RegistryEntry, readRegistry, writeRegistry } from "./registry.ts";

/** Who changes an entry does it without a pause, within milliseconds. */
const PATIENCE = { give: 5000, poll: 5 };

/** What is locked while an entry is changed: a name that no lab has. */
export const entryLock = (lab: string): string => `${lab}.entry`;

/**
 * Reads a lab's entry, changes it and writes it again, while no other command does: whoever comes meanwhile waits.
 * @param change gets the entry as it is now, if there is one, and gives the new one; the same one, or `undefined`, changes
 * nothing.
 */
export function changeRegistry(
  folder: string,
  lab: string,
  change: (entry: RegistryEntry | undefined) => NewEntry | undefined,
): void {
  const release = waitForTurn(folder, lab);
  try {
    const before = readRegistry(folder, lab);
    const after = change(before);
    if (after !== undefined && after !== before) writeRegistry(folder, after);
  } finally {
    release();
  }
}

/**
 * Changes one node's record and nothing else of its lab. Whoever has waited for something may hold an old copy: other
 * commands change other nodes meanwhile. Nothing happens where the lab is gone.
 * @param change gets the record as it is now, if there is one, and gives the new one; `undefined` takes it away.
 */
export function changeNode(
  folder: string,
  lab: string,
  name: string,
  change: (node: RegisteredNode | undefined) => RegisteredNode | undefined,
): void {
  changeRegistry(folder, lab, (entry) => {
    if (!entry) return undefined;
    const { [name]: before, ...others } = entry.nodes;
    const after = change(before);
    if (after === before) return entry;
    return { ...entry, nodes: after ? { ...entry.nodes, [name]: after } : others };
  });
}

/** Waits in place, since all that is done under this lock is. */
function waitForTurn(folder: string, lab: string): () => void {
  const deadline = performance.now() + PATIENCE.give;
  for (;;) {
    try {
      return lockLab(folder, entryLock(lab));
    } catch (error) {
      if (!(error instanceof LabError) || error.kind !== "conflict") throw error;
      if (performance.now() > deadline) throw notMyTurn(lab, error);
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PATIENCE.poll);
  }
}

function notMyTurn(lab: string, cause: LabError): LabError {
  return new LabError("conflict", `the record of the lab "${lab}" cannot be changed: ${cause.message}`, {
    hint: "Wait until that command has ended, or end it.",
    cause,
  });
}
