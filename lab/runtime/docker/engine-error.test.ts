import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { LabError } from "../../errors.ts";
import { connect, hasStatus } from "./client.ts";
import { base } from "./engine-at-hand.ts";
import { EngineError, engineMessage } from "./engine-error.ts";
import { linkSupport } from "./link-support.ts";
import { labLogs } from "./logs.ts";

/** A client of an engine that answers like this. */
async function clientOf(answer: RequestListener) {
  const folder = mkdtempSync(join(tmpdir(), "lab-engine-"));
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(join(folder, "sock"), listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return connect(`unix://${join(folder, "sock")}`);
}

const refusing =
  (status: number, message: string): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ message }));

test("what the engine refuses is an error of the environment that says why, and no bug", async () => {
  const client = await clientOf(refusing(500, "layer not known"));
  const error = await client.listContainers().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LabError);
  expect(error).toMatchObject({ exitCode: 3, message: "the container engine refused: layer not known" });
  expect(hasStatus(error, 500)).toBe(true);
  expect(engineMessage(error)).toBe("layer not known");
});

test("an engine that went away is one too, with the system's word", async () => {
  const client = await connect("unix:///nowhere/engine.sock");
  const error = await client
    .getContainer("x")
    .stop()
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EngineError);
  expect(error).toMatchObject({ exitCode: 3, code: "ENOENT", message: expect.stringContaining("does not answer") });
});

test.each([404, 409])(
  "the logs of a container that is gone since it was listed (%i) are passed over",
  async (status) => {
    const containers = [{ Id: "abc", Labels: { "lab.node": "leecher-1" } }];
    const client = await clientOf((request, response) => {
      if (request.url?.includes("/logs")) return refusing(status, "it is gone")(request, response);
      response.setHeader("content-type", "application/json").end(JSON.stringify(containers));
    });
    const lines: unknown[] = [];
    for await (const line of labLogs(client, "demo", { follow: false })) lines.push(line);
    expect(lines).toEqual([]);
  },
);

test("a helper that tries links says in which folder its lab is: a killed command may leave it behind", async () => {
  const labels: unknown[] = [];
  const client = await clientOf(async (request, response) => {
    response.setHeader("content-type", "application/json");
    if (!request.url?.includes("/containers/create")) return void response.end("{}");
    labels.push(JSON.parse(await text(request)).Labels);
    refusing(500, "no more containers")(request, response);
  });
  const engine = {} as Parameters<typeof linkSupport>[1];
  const options = { base, offline: true, env: {} };
  const support = await linkSupport(client, engine, { lab: "demo", dir: "/home/ann/demo" }, options);
  expect(support).toEqual({ rate: false, delay: false, lacks: "no more containers" });
  expect(labels[0]).toMatchObject({ "lab.name": "demo", "lab.dir": "/home/ann/demo" });
});
