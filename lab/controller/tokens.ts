import { createHash, timingSafeEqual } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** What a token allows. A node's is for its own name; `null` is any name (`compose.yaml` alone has one for all). */
export type Grant =
  | { readonly kind: "admin" }
  | { readonly kind: "viewer" }
  | { readonly kind: "node"; readonly node: string | null };

export interface Tokens {
  /** What `token` allows; `undefined` when it is nobody's. */
  grantOf(token: string): Promise<Grant | undefined>;
}

/** Least time between two looks at the folder; who brings an unknown token waits for the next one. */
const RESCAN_MS = 250;

/**
 * Tokens are the files of one folder: `admin`, `viewer`, `node-NAME` or one `node`. Nodes come and go while the
 * controller runs, so a token that is not known makes it look again.
 */
export function readTokens(folder: string): Tokens {
  let known: KnownToken[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let rescan: Promise<void> | undefined;
  return {
    async grantOf(token) {
      if (token === "") return undefined;
      const found = find(known, token);
      if (found) return found;
      rescan ??= look();
      await rescan;
      return find(known, token);
    },
  };

  async function look(): Promise<void> {
    await sleep(Math.max(0, readAt + RESCAN_MS - performance.now()));
    rescan = undefined;
    readAt = performance.now();
    known = await scan(folder);
  }
}

interface KnownToken {
  readonly digest: Buffer;
  readonly grant: Grant;
}

/** Looks at every token whatever it finds, on digests of equal length: the time tells nothing. */
function find(known: readonly KnownToken[], token: string): Grant | undefined {
  const wanted = digest(token);
  let found: Grant | undefined;
  for (const one of known) if (timingSafeEqual(one.digest, wanted)) found ??= one.grant;
  return found;
}

async function scan(folder: string): Promise<KnownToken[]> {
  const names = await readdir(folder);
  const known = await Promise.all(
    names.map(async (name) => {
      const grant = grantOfFile(name);
      const token = grant && (await readFile(join(folder, name), "utf8").catch(() => "")).trim();
      return grant && token ? [{ digest: digest(token), grant }] : [];
    }),
  );
  return known.flat();
}

function grantOfFile(name: string): Grant | undefined {
  if (name === "admin" || name === "viewer") return { kind: name };
  if (name === "node") return { kind: "node", node: null };
  return name.startsWith("node-") ? { kind: "node", node: name.slice("node-".length) } : undefined;
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
