import type { Engine } from "./engine.ts";

/** Who a lab's containers run as. */
export interface Identity {
  /** Compose's `user`: `uid:gid`. */
  readonly user: string;
  /** Compose's `userns_mode`, where the engine needs one. */
  readonly userns: string | undefined;
  /** Who must own what containers read and write here; `undefined`: it is the caller's already. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

/** Stands in for root, which no container ever runs as. */
const UNPRIVILEGED = { uid: 1000, gid: 1000 };

/**
 * The caller's own uid and gid, so that containers can read what the caller can. An engine without root maps them:
 * Docker maps its containers' root to the caller, Podman keeps the caller's ids when asked to.
 */
export function identityFor(
  engine: Pick<Engine, "kind" | "rootless">,
  caller: { readonly uid: number; readonly gid: number } | undefined,
): Identity {
  if (engine.rootless && engine.kind === "docker") return { user: "0:0", userns: undefined, owner: undefined };
  const userns = engine.rootless ? "keep-id" : undefined;
  if (caller && caller.uid !== 0) return { user: `${caller.uid}:${caller.gid}`, userns, owner: undefined };
  return { user: `${UNPRIVILEGED.uid}:${UNPRIVILEGED.gid}`, userns, owner: caller && UNPRIVILEGED };
}

/** The caller of this process; `undefined` where there are no user ids (Windows). */
export function callerIds(): { uid: number; gid: number } | undefined {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}
