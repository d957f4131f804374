import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalLine } from "../../lab/api/journal.ts";
import type { LabStatus } from "../../lab/api/status.ts";
import type { RuntimeKind } from "../../lab/api/words.ts";
import { labFolder } from "../../lab/runtime/folder.ts";
import { sampleFile } from "../../lab/torrents/sample.ts";
import { onInterrupt } from "./clean-up.ts";
import { run } from "./command.ts";

/** The product as people use it: a folder with sources and a profile, and the command `lab` in it. */
export interface Product {
  readonly folder: string;
  readonly name: string;
  /** Runs `lab` in the folder. */
  lab(...args: string[]): Promise<string>;
  /** `lab up` with the profile. */
  up(...args: string[]): Promise<string>;
  status(): Promise<LabStatus>;
  journal(run: string): JournalLine[];
  down(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ProductOptions {
  /** Tells the labs of one bench apart. */
  readonly name: string;
  readonly runtime: RuntimeKind;
  /** Text of the profile. */
  readonly profile: string;
  /** Bytes of the one file that is shared. */
  readonly size: number;
}

export const CONTENT = "content.bin";
export const BIN = join(import.meta.dirname, "../../lab/bin.cjs");

export async function openProduct({ name: part, runtime, profile, size }: ProductOptions): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), "lab-bench-"));
  const name = `bench-${part}-${process.pid}`;
  const lab = (...args: string[]) => run(process.execPath, [BIN, ...args], { cwd: folder });
  const remove = async () => {
    await lab("down", name, "-v").catch(() => {});
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  const done = onInterrupt(remove);
  mkdirSync(join(folder, "profiles"));
  mkdirSync(join(folder, "sources"));
  writeFileSync(join(folder, "profiles/bench.yaml"), profile);
  await sampleFile(join(folder, "sources", CONTENT), size);
  return {
    ...{ folder, name, lab },
    up: (...args) => lab("up", "--name", name, "--runtime", runtime, "--profile", "bench", "--plain", ...args),
    status: async () => JSON.parse(await lab("status", "--name", name, "--json")),
    journal(id) {
      return readFileSync(join(labFolder(folder, name).runs, id, "journal.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((json) => JSON.parse(json));
    },
    down: async () => void (await lab("down", name)),
    async [Symbol.asyncDispose]() {
      done();
      await remove();
    },
  };
}
