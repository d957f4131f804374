/** A container engine that answered, with what is needed to talk to it. */
export interface Engine {
  readonly kind: "docker" | "podman";
  /** Where its API is: `unix:///path`, `npipe:////./pipe/name` or `tcp://127.0.0.1:port`. */
  readonly host: string;
  /** How it was found: `DOCKER_HOST`, `context NAME`, … */
  readonly source: string;
  readonly version: string;
  /** Runs without root: its containers' root is the user who started it. */
  readonly rootless: boolean;
  /** `false` when it may run on another file system (a tunnel, a virtual machine): bind mounts are proved before use. */
  readonly sharesFiles: boolean;
  readonly compose: Compose;
}

/** Docker Compose v2, as a plug-in of `docker` or on its own. */
export interface Compose {
  readonly command: readonly string[];
  readonly version: string;
}

/** A candidate that was not used, and why, in words for people. */
export interface Skipped {
  readonly candidate: string;
  readonly reason: string;
}

/** Oldest versions that the runtime is tested against or known to work with. */
export const floors = { docker: "20.10", podman: "4.0", compose: "2.20" } as const;

/** Whether `version` (`20.10.24+dfsg1`, `v2.26.1-4`) is `floor` or newer; only the numbers of `floor` are compared. */
export function atLeast(version: string, floor: string): boolean {
  const numbers = (text: string) =>
    text
      .replace(/^v/, "")
      .split(/[^\d]+/)
      .map(Number);
  const have = numbers(version);
  for (const [index, wanted] of numbers(floor).entries()) {
    const own = have[index] ?? 0;
    if (own !== wanted) return own > wanted;
  }
  return true;
}

/** The environment of a client program that is to use this engine and no other. */
export function clientEnvironment(engine: Pick<Engine, "host">, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { DOCKER_CONTEXT: _, COMPOSE_PROFILES: __, ...rest } = env;
  return { ...rest, DOCKER_HOST: engine.host };
}
