import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { gatherWrites } from "./gather-writes.ts";

test("what is written in one turn leaves together, in order, and what comes later does not wait for more", async () => {
  await using pair = await connected();
  const { here, there } = pair;
  gatherWrites(here);
  for (const text of ["a", "b", "c"]) here.write(text);
  expect(here.writableLength).toBe(3);
  expect(String(await data(there))).toBe("abc");
  await setImmediate();
  here.write("d");
  expect(String(await data(there))).toBe("d");
});

test("an end sends what was written just before it", async () => {
  await using pair = await connected();
  const { here, there } = pair;
  gatherWrites(here);
  here.write("last");
  here.end();
  expect(String(await data(there))).toBe("last");
});

async function data(socket: Socket): Promise<Buffer> {
  const [chunk] = (await once(socket, "data")) as [Buffer];
  return chunk;
}

async function connected() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const here = connect((server.address() as { port: number }).port, "127.0.0.1");
  const [there] = (await once(server, "connection")) as [Socket];
  return {
    here,
    there,
    async [Symbol.asyncDispose]() {
      here.destroy();
      there.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
