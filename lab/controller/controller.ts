import type { Server } from "node:http";
import { join } from "node:path";
import type { NodeEnvironment } from "../api/environment.ts";
import { listen, openRunJournal, publishedPort, readPlan } from "./boot.ts";
import { commandDesk } from "./commands/commands.ts";
import { conduct } from "./conductor.ts";
import { openEvents } from "./events.ts";
import { hostGuard } from "./guard.ts";
import type { Journal } from "./journal.ts";
import type { Lab } from "./lab.ts";
import { openNodeDoor } from "./node-door.ts";
import { nodeLife } from "./node-life.ts";
import { peerNames } from "./peer-names.ts";
import { resume } from "./resume.ts";
import { apiServer } from "./server.ts";
import { readTokens } from "./tokens.ts";

export interface Controller {
  /** Where the API listens. */
  readonly url: string;
  /** Writes the journal out and ends every connection; within two seconds. */
  close(): Promise<void>;
}

/** How often what depends on time alone is looked at: late joins, lingering, the patience of the release. */
const CONDUCT_MS = 250;
const CLOSE_MS = 500;

/**
 * Starts the controller of one run.
 * @throws LabError when the plan cannot be read, the journal not be opened, or the port is taken.
 */
export async function startController(environment: NodeEnvironment): Promise<Controller> {
  const folder = join(environment.runs, environment.run);
  const plan = await readPlan(join(folder, "plan.json"));
  const events = openEvents(() => journal);
  const journal: Journal = await openRunJournal(folder, plan, events.tell);
  const lab: Lab = {
    plan,
    adopted: [],
    journal,
    names: peerNames(journal.model),
    sessions: new Map(),
    folder,
    progressAt: journal.now(),
    reconcile: () => conduct(lab),
  };
  const life = nodeLife(lab);
  const tokens = readTokens(environment.secrets);
  const door = openNodeDoor(lab, life, tokens);
  let url = "";
  let guard = hostGuard([]);
  const command = commandDesk({ lab, life });
  const routes = { lab, events, command, controllerUrl: () => environment.controller || url };
  const server = apiServer({ routes, tokens, guard: () => guard, door });
  const port = await listen(server, environment);
  url = `http://${environment.host === "0.0.0.0" ? "127.0.0.1" : environment.host}:${port}`;
  guard = hostGuard([port, ...publishedPort(environment.controller)]);
  resume(lab, life, `${environment.host}:${port}`);
  const timer = setInterval(() => lab.reconcile(), CONDUCT_MS);

  return {
    url,
    async close() {
      clearInterval(timer);
      life.close();
      events.close();
      door.close();
      await closeServer(server);
      await journal.close();
    },
  };
}

/** Requests that are under way get a moment. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const impatience = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await closed;
  clearTimeout(impatience);
}
