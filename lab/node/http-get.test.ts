import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { httpGet } from "./http-get.ts";

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const options = { limit: 1000, timeout: 10_000 };

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test("gives status and body, and sends what it is told", async () => {
  const url = await serve(({ headers }, response) => response.writeHead(418).end(`${headers.authorization}`));
  const { status, body } = await httpGet(url, { ...options, headers: { authorization: "Bearer x" } });
  expect([status, Buffer.from(body).toString()]).toEqual([418, "Bearer x"]);
});

test("S05: ends an answer that grows beyond the limit", async () => {
  const closed = Promise.withResolvers<void>();
  const url = await serve((_, response) => {
    const more = () => response.write(Buffer.alloc(900), more);
    response.on("close", closed.resolve);
    more();
  });
  await expect(httpGet(url, options)).rejects.toThrow("more than 1000 bytes");
  await closed.promise;
});

test("S05: gives up on an answer that does not end in time", async () => {
  const url = await serve((_, response) => response.write("a"));
  await expect(httpGet(url, { ...options, timeout: 50 })).rejects.toThrow("no answer within 0.05 s");
});

test("an answer that breaks off is an error", async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { "content-length": 500 }).write("a");
    setImmediate(() => response.destroy());
  });
  await expect(httpGet(url, options)).rejects.toThrow();
});

test("follows no redirect and unpacks nothing", async () => {
  const packed = gzipSync(Buffer.alloc(100_000));
  const url = await serve((_, response) =>
    response.writeHead(302, { location: "/", "content-encoding": "gzip" }).end(packed),
  );
  const { status, body } = await httpGet(url, options);
  expect([status, Buffer.from(body)]).toEqual([302, packed]);
});

test("can be called off", async () => {
  const calledOff = new AbortController();
  const url = await serve(() => calledOff.abort(new Error("called off")));
  await expect(httpGet(url, { ...options, signal: calledOff.signal })).rejects.toThrow();
});
