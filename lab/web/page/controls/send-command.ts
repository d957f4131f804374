import type { CommandResult, LabCommand } from "../../../api/commands.ts";
import { labData } from "../state/lab-data.ts";

/** Asks the lab for a change. Never throws: a result that is not `ok` says why. */
export async function sendCommand(command: LabCommand): Promise<CommandResult> {
  try {
    const response = await fetch("/v1/commands", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(command),
    });
    // The cookie is no longer what it was when the stream began.
    if (response.status === 403) labData.change({ grant: "viewer" });
    return (await response.json()) as CommandResult;
  } catch {
    return { ok: false, error: "the web node does not answer" };
  }
}
