import type Docker from "dockerode";
import { EngineError } from "./engine-error.ts";

/**
 * A client of the engine's API at `host`, whose calls throw `EngineError`. dockerode takes its time to load, so it is loaded here, on first use, and nowhere
 * else.
 * @param timeout milliseconds of silence after which a request fails; none without it.
 */
export async function connect(host: string, timeout?: number): Promise<Docker> {
  const { default: Client } = await import("dockerode");
  const client = new Client({ ...endpoint(host), ...(timeout === undefined ? {} : { timeout }) });
  const modem = client.modem as Modem;
  const dial = modem.dial.bind(modem);
  modem.dial = (options, done) => dial(options, (error, data) => done(error && new EngineError(error), data));
  return client;
}

/** What every call of dockerode goes through. */
interface Modem {
  dial(options: unknown, done: (error: unknown, data: unknown) => void): void;
}

/** Everything is set, also to `undefined`: what is left out, dockerode would take from `DOCKER_HOST`. */
function endpoint(host: string): Docker.DockerOptions {
  const socketPath = /^(?:unix|npipe):\/\/(.+)$/.exec(host)?.[1];
  if (socketPath !== undefined)
    return { socketPath, host: undefined, port: undefined, protocol: undefined } as unknown as Docker.DockerOptions;
  const url = new URL(host);
  return { host: url.hostname, port: url.port || "2375" };
}

/** Whether the engine answered with one of these HTTP statuses. */
export function hasStatus(error: unknown, ...statuses: number[]): boolean {
  return error instanceof Error && "statusCode" in error && statuses.includes(Number(error.statusCode));
}
