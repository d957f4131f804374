import { type AddressInfo, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { pickPort, pickPorts, USUAL_WEB_PORT, withWebPort } from "./ports.ts";

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === "::1"));

test("L14: a port in use is an environment error that names it", async () => {
  await using other = await occupy(0, "127.0.0.1");
  await expect(pickPort(other.port)).rejects.toMatchObject({
    kind: "environment",
    message: `port ${other.port} on 127.0.0.1 is in use by another program`,
    hint: expect.stringContaining("--port"),
  });
});

test.runIf(hasIpv6)("L14: a port in use on ::1 alone is free, for a lab is on 127.0.0.1", async () => {
  await using other = await occupy(0, "::1");
  expect(await pickPort(other.port)).toBe(other.port);
});

test("L14: the web UI is on another port where its usual one is in use", async () => {
  await using _other = await occupy(USUAL_WEB_PORT, "127.0.0.1");
  const { web } = await withWebPort(await pickPorts(undefined, undefined), { web: true, old: undefined });
  expect(web).toBeGreaterThan(0);
  expect(web).not.toBe(USUAL_WEB_PORT);
});

test("the web UI is on another port where its usual one was asked for as the controller's", async ({ skip }) => {
  const picked = await pickPorts(USUAL_WEB_PORT, undefined).catch(() => undefined);
  skip(picked === undefined, `another program has port ${USUAL_WEB_PORT}`);
  const ports = picked && (await withWebPort(picked, { web: true, old: undefined }));
  expect(ports?.controller).toBe(USUAL_WEB_PORT);
  expect(new Set(Object.values(ports ?? {})).size).toBe(3);
});

test("a running lab keeps its ports, also those that it has in use itself", async () => {
  await using own = await occupy(0, "127.0.0.1");
  const old = { controller: own.port, tracker: 2, web: 3 };
  expect(await withWebPort(await pickPorts(undefined, old), { web: true, old })).toEqual(old);
});

test("a lab without a web UI takes no port for it, and gets one when it has one later", async () => {
  const old = await withWebPort(await pickPorts(undefined, undefined), { web: false, old: undefined });
  expect(old.web).toBe(0);
  expect((await withWebPort(old, { web: true, old })).web).toBeGreaterThan(0);
});

/** Takes the port, or leaves it with whoever has it. */
async function occupy(port: number, host: string): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer().listen(port, host);
  await new Promise((resolve) => server.once("listening", resolve).once("error", resolve));
  const taken = server.address() as AddressInfo | null;
  return {
    port: taken?.port ?? port,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}
