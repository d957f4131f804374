import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { apiClient } from "../../api/client.ts";
import { type NodeEnvironment, readNodeEnvironment } from "../../api/environment.ts";
import { LabError } from "../../errors.ts";
import { connectToController } from "../../node/link.ts";
import { type Program, runProgram } from "../../node/program.ts";
import { sendSamples } from "../../node/samples.ts";
import { version } from "../../version.ts";
import { createHub } from "./hub.ts";
import { readPage } from "./page-files.ts";
import { type Secrets, webLink } from "./tokens.ts";
import { followController } from "./upstream.ts";
import { webServer } from "./web-server.ts";

/**
 * The web node: `web` serves the UI, `web link` prints its links. Its environment is every node's: `LAB_CONTROLLER`,
 * `LAB_SECRETS` with the files `admin` and `viewer`, `LAB_HOST`, `LAB_PORT`, and `LAB_WEB_PORT`, the port that it is
 * published at if that is another one.
 */
runProgram(async (program) => {
  const environment = readNodeEnvironment(process.env);
  const secrets = readSecrets(environment);
  if (process.argv[2] !== "link") return await serve(program, environment, secrets);
  printLinks(environment, secrets);
  program.end();
});

async function serve(program: Program, environment: NodeEnvironment, secrets: Secrets): Promise<void> {
  const { lab, controller: url, host, port } = environment;
  const hub = createHub();
  const server = webServer({
    hub,
    page: readPage(join(import.meta.dirname, "page")),
    secrets,
    lab,
    controller: apiClient({ url, token: secrets.admin }),
  });
  server.listen(port, host);
  await once(server, "listening");
  console.log(`web UI on ${origin((server.address() as AddressInfo).port)}`);
  const ended = new AbortController();
  program.onEnd(() => {
    ended.abort();
    hub.close();
    server.close();
    server.closeAllConnections();
  });
  greetController(environment);
  const client = apiClient({ url, token: secrets.viewer });
  await followController({ client, hub, signal: ended.signal, log: (line) => console.error(line) });
}

/** Says hello like every node, so that the lab knows it is there. A plan of Compose alone does not have it. */
function greetController(environment: NodeEnvironment): void {
  if (environment.tokenFile === "") return;
  const link = connectToController({
    environment,
    hello: { role: "web", client: `torrent-lab web ${version}`, port: environment.port },
    onWelcome: () => {},
    onCommand: () => [],
    onRefused: (reason) => console.error(`the controller does not count this node: ${reason}`),
  });
  sendSamples(link);
}

function printLinks({ port, webPort }: NodeEnvironment, secrets: Secrets): void {
  const published = Number(webPort || port);
  console.log(webLink(secrets, "admin", origin(published)));
  console.log(`only to look: ${webLink(secrets, "viewer", origin(published))}`);
}

function origin(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function readSecrets({ secrets: folder }: NodeEnvironment): Secrets {
  const read = (name: string) => {
    try {
      return readFileSync(join(folder, name), "utf8").trim();
    } catch (cause) {
      throw new LabError("environment", `the web node cannot read its token "${name}" in ${folder || "LAB_SECRETS"}`, {
        hint: "LAB_SECRETS is a folder with the lab's token files `admin` and `viewer`",
        cause,
      });
    }
  };
  return { admin: read("admin"), viewer: read("viewer") };
}
