import { createServer } from "node:net";
import { hasCode, LabError } from "../../errors.ts";
import type { PlanInput } from "../../plan/plan.ts";

type Ports = PlanInput["ports"];

/** Where the web UI is if nothing else is there: a bookmark goes on working. */
export const USUAL_WEB_PORT = 7070;

/** Ports of a lab, no two the same, `asked` the controller's: one of which something runs keeps its `old` ones. */
export async function pickPorts(asked: number | undefined, old: Ports | undefined): Promise<Omit<Ports, "web">> {
  const controller = old?.controller ?? (await pickPort(asked));
  return { controller, tracker: old?.tracker ?? (await pickAnother([controller])) };
}

/**
 * The same with the port of the web UI, 0 where there is none. Every lab would like the usual one, and nobody holds it until
 * the lab starts: it is to be picked last.
 */
export async function withWebPort(
  { controller, tracker }: Omit<Ports, "web">,
  { web, old }: { readonly web: boolean; readonly old: Ports | undefined },
): Promise<Ports> {
  return { controller, tracker, web: old?.web || (web ? await pickWebPort([controller, tracker]) : 0) };
}

/** The port asked for, if nobody has it; else any free one. On 127.0.0.1. Throws an environment error for a taken one. */
export async function pickPort(asked: number | undefined): Promise<number> {
  try {
    return await tryPort(asked ?? 0);
  } catch (cause) {
    if (!hasCode(cause, "EADDRINUSE", "EACCES")) throw cause;
    const why = hasCode(cause, "EACCES") ? "may not be used by you" : "is in use by another program";
    throw new LabError("environment", `port ${asked} on 127.0.0.1 ${why}`, {
      cause,
      hint: "Give another --port, or leave it out and a free one is picked.",
    });
  }
}

async function pickWebPort(picked: readonly number[]): Promise<number> {
  if (picked.includes(USUAL_WEB_PORT)) return pickAnother(picked);
  return pickPort(USUAL_WEB_PORT).catch(() => pickAnother(picked));
}

/** Any free port besides these, which are this lab's and not yet in use. */
async function pickAnother(picked: readonly number[]): Promise<number> {
  const port = await pickPort(undefined);
  return picked.includes(port) ? pickAnother(picked) : port;
}

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : port));
    });
  });
}
