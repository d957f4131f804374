import { expect, test } from "vitest";
import { composeError } from "./compose-error.ts";

const plan = { lab: "demo", port: 7071 };
const failed = (...tail: string[]) => composeError({ exitCode: 1, stdout: "", tail }, plan);

test.each([
  "driver failed programming external connectivity: Bind for 127.0.0.1:7071 failed: port is already allocated",
  "Error starting userland proxy: listen tcp4 127.0.0.1:7071: bind: address already in use",
])("a taken port is named: %s", (line) => {
  expect(failed(line)).toMatchObject({
    kind: "environment",
    message: "port 7071 of 127.0.0.1 is taken",
    hint: expect.stringContaining("--port"),
  });
});

test("the port that Compose names is told, also when it is the web UI's, which cannot be chosen", () => {
  const line =
    "Error response from daemon: failed to bind host port for 127.0.0.1:7070:172.18.0.3:7070/tcp: address already in use";
  const error = failed("Container lab-demo-web-1 Starting", line);
  expect(error).toMatchObject({ kind: "environment", message: "port 7070 of 127.0.0.1 is taken" });
  expect(error.hint).toMatch(/lab down demo/);
});

test("a port in use that Compose does not name is the controller's", () => {
  expect(failed("ports are not available").message).toBe("port 7071 of 127.0.0.1 is taken");
});

test("a container of somebody else in the way is a conflict", () => {
  const line = 'Conflict. The container name "/lab-demo-tracker-1" is already in use by container "53fa".';
  expect(failed(line)).toMatchObject({ kind: "conflict", message: expect.stringContaining("lab-demo-tracker-1") });
});

test.each([
  ["could not find an available, non-overlapping IPv4 address pool among the defaults", /no addresses left/],
  ["all predefined address pools have been fully subnetted", /no addresses left/],
  ["write /var/lib/docker/x: no space left on device", /disk is full/],
])("%s is said in the user's words", (line, message) => {
  expect(failed(line).message).toMatch(message);
});

test("anything else shows Compose's last words", () => {
  const error = failed(" Container lab-demo-tracker-1  Starting", "Error response from daemon: strange");
  expect(error).toMatchObject({ kind: "environment", message: expect.stringContaining("daemon: strange") });
});
