import { join } from "node:path";

/** The folder whose entries are shared. @param dir the folder `lab` is called in; of a running lab, was. */
export function sourcesFolder(dir: string): string {
  return join(dir, "sources");
}
