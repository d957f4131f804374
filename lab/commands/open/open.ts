import { spawn } from "node:child_process";
import { LabError } from "../../errors.ts";
import { readSecret } from "../../runtime/secrets.ts";
import { webLink } from "../../web/server/tokens.ts";
import { type FoundLab, findLab, planOf } from "../find-lab.ts";
import { typed } from "../lab-name.ts";
import { print, tell, type World } from "../world.ts";

/** `lab open`: where no browser can be started the link is printed, which is as good. */
export async function open(world: World, flags: { print: boolean; view: boolean; name?: string }): Promise<void> {
  const lab = await findLab(world, flags.name);
  const link = linkTo(lab, flags.view ? "viewer" : "admin");
  if (flags.print || !(await startBrowser(link))) return print(world, link);
  tell(world, `opened the web UI in the browser; \`${typed(world, lab.name, "open --print")}\` prints its link`);
}

/** Throws a usage error for a lab without a web UI. */
export function linkTo(lab: FoundLab, grant: "admin" | "viewer"): string {
  const { ports, profile } = planOf(lab).input;
  const [admin, viewer] = [readSecret(lab.folder.secrets, "admin"), readSecret(lab.folder.secrets, "viewer")];
  if (!profile.web || admin === undefined || viewer === undefined) {
    throw new LabError("usage", `the lab "${lab.name}" has no web UI`, {
      hint: "`lab up --profile debug` adds it; with a profile of your own: `lab up --profile mine --profile debug`.",
    });
  }
  return webLink({ admin, viewer }, grant, `http://127.0.0.1:${ports.web}`);
}

const browsers: Partial<Record<NodeJS.Platform, string>> = { darwin: "open", linux: "xdg-open" };

/** Milliseconds after which an opener that still runs has taken the link: some are the browser itself. */
const TAKEN_MS = 1000;

/** Whether the system's opener took the link. */
export async function startBrowser(link: string): Promise<boolean> {
  const program = browsers[process.platform];
  if (program === undefined) return false;
  const { promise: taken, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(true), TAKEN_MS);
  const child = spawn(program, [link], { stdio: "ignore", detached: true });
  child.on("error", () => resolve(false)).on("exit", (code) => resolve(code === 0));
  child.unref();
  return taken.finally(() => clearTimeout(timer));
}
