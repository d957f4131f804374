import { expect, test } from "vitest";
import { atLeast, clientEnvironment } from "./engine.ts";

test.each([
  ["20.10.24+dfsg1", "20.10", true],
  ["20.10", "20.10", true],
  ["20.9.1", "20.10", false],
  ["19.03.15", "20.10", false],
  ["v2.26.1-4", "2.20", true],
  ["2.9.0", "2.20", false],
  ["5.0.0", "2.20", true],
  ["4.3.1", "4.0", true],
  ["28", "28", true],
  ["unknown", "2.20", false],
])("version %s is %s or newer: %s", (version, floor, expected) => {
  expect(atLeast(version, floor)).toBe(expected);
});

test("client programs are bound to the engine that was found, whatever the shell says", () => {
  const env = { PATH: "/bin", DOCKER_CONTEXT: "other", DOCKER_HOST: "tcp://other", COMPOSE_PROFILES: "debug" };
  expect(clientEnvironment({ host: "unix:///run/x.sock" }, env)).toEqual({
    PATH: "/bin",
    DOCKER_HOST: "unix:///run/x.sock",
  });
});
