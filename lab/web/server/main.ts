import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type NodeEnvironment, readNodeEnvironment } from "../../api/environment.ts";
import { emptyModel } from "../../swarm/model.ts";
import { createHub } from "./hub.ts";
import { readPage } from "./page-files.ts";
import { type Secrets, webLink } from "./tokens.ts";
import { followController } from "./upstream.ts";
import { webServer } from "./web-server.ts";

/**
 * The web node: `web` serves the UI, `web link` prints its links. Its environment is every node's (`LAB_CONTROLLER`,
 * `LAB_SECRETS` with the files `admin` and `viewer`, `LAB_HOST`, `LAB_PORT`); `LAB_WEB_PORT` is the port that it is
 * published at, if that is another one, and `LAB_WEB_NAMES` lists more host names to answer to.
 */
const environment = readNodeEnvironment(process.env);
const secrets = readSecrets(environment);
if (process.argv[2] === "link") printLinks();
else await serve();

async function serve(): Promise<void> {
  const ended = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => ended.abort());
  const hub = createHub();
  const { lab, controller, host, port } = environment;
  const names = (process.env.LAB_WEB_NAMES ?? "").split(",").map((name) => name.trim().toLowerCase());
  const page = readPage(join(import.meta.dirname, "page"));
  const server = webServer({ hub, page, secrets, lab, controller, names: names.filter((name) => name !== "") });
  server.listen(port, host);
  await once(server, "listening");
  console.log(`web UI on ${origin((server.address() as AddressInfo).port)}`);
  const listener = {
    ...hub,
    position: () => ({ run: hub.picture.swarm.run?.run, seq: hub.picture.swarm.seq }),
    reset: (swarm = emptyModel()) => hub.reset(swarm),
  };
  await followController({ controller, token: secrets.viewer, listener, signal: ended.signal, log: console.error });
  hub.close();
  server.close();
  server.closeAllConnections();
}

function printLinks(): void {
  const { port } = environment;
  const published = Number(process.env.LAB_WEB_PORT || port);
  console.log(webLink(secrets, "admin", origin(published)));
  console.log(`only to look: ${webLink(secrets, "viewer", origin(published))}`);
}

function origin(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function readSecrets({ secrets: folder }: NodeEnvironment): Secrets {
  const read = (name: string) => readFileSync(join(folder, name), "utf8").trim();
  return { admin: read("admin"), viewer: read("viewer") };
}
