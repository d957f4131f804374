import { join } from "node:path";

/** Paths of a lab in the folder it was started in. */
export interface LabFolder {
  /** `.lab/NAME`. */
  readonly root: string;
  /** Torrents and the hash cache; kept by `down`. */
  readonly torrents: string;
  /** One folder a run, with `plan.json`, `journal.jsonl`, `torrents/` and `logs/`; kept by `down`. */
  readonly runs: string;
  /** Token files, mode 0600: `admin`, `viewer`, `node-NAME`. */
  readonly secrets: string;
  /** The generated compose file (docker runtime). */
  readonly compose: string;
  /** Downloads of the process runtime, a folder a node. */
  readonly data: string;
  /** The plan it was last brought to. */
  readonly plan: string;
}

/** @param dir the folder `lab` was called in. */
export function labFolder(dir: string, lab: string): LabFolder {
  const root = join(dir, ".lab", lab);
  return {
    root,
    torrents: join(root, "torrents"),
    runs: join(root, "runs"),
    secrets: join(root, "secrets"),
    compose: join(root, "compose.yaml"),
    data: join(root, "data"),
    plan: join(root, "plan.json"),
  };
}
