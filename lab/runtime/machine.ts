import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import * as z from "zod";

/** A machine, as the registry remembers it: homes may be shared by several, and a pid means something on one alone. */
export const machine = z.object({
  /** What stays when the name changes. */
  id: z.string(),
  /** Its name, for people. */
  host: z.string(),
});
export type Machine = z.infer<typeof machine>;

/** Where the system keeps what tells its machine from others (machine-id(5)); elsewhere the name is all there is. */
const ID_FILE = "/etc/machine-id";

export function thisMachine(): Machine {
  const host = hostname();
  return { id: readId() || host, host };
}

function readId(): string {
  try {
    return readFileSync(ID_FILE, "utf8").trim();
  } catch {
    return "";
  }
}
