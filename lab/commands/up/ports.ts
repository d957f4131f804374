import { createServer } from "node:net";
import { hasCode, LabError } from "../../errors.ts";

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
