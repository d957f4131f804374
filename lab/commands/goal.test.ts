import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { type ApiClient, apiClient } from "../api/client.ts";
import { LabError } from "../errors.ts";
import { emptyModel } from "../swarm/model.ts";
import { toStatus } from "../swarm/status.ts";
import { reachGoal } from "./goal.ts";

const goal = { condition: { kind: "complete" }, lab: "test" } as const;

test("the time to wait ends also while a frozen controller does not answer", async () => {
  const { client } = await frozenController();
  const waiting = reachGoal(client, goal, { timeout: 0.2, signal: new AbortController().signal });
  await expect(waiting).rejects.toMatchObject({ kind: "timeout" });
});

test("who does not want to wait any more is not kept by a frozen controller", async () => {
  const { client, asked } = await frozenController();
  const abort = new AbortController();
  const waiting = reachGoal(client, goal, { timeout: undefined, signal: abort.signal });
  await asked;
  abort.abort(new LabError("interrupted", "enough"));
  await expect(waiting).rejects.toThrow("enough");
});

test("one question that fails is not the end of a lab, however long the one before took on a busy machine", async () => {
  let seconds = 0;
  vi.spyOn(performance, "now").mockImplementation(() => seconds * 1000);
  onTestFinished(() => void vi.restoreAllMocks());
  let asked = 0;
  const client: Pick<ApiClient, "status"> = {
    async status() {
      seconds += 20;
      asked += 1;
      if (asked === 2) throw new LabError("environment", "other side closed");
      return toStatus(emptyModel(), { now: 0, controllerUrl: null, connections: false });
    },
  };
  const waiting = reachGoal(client as ApiClient, goal, { timeout: 50, signal: new AbortController().signal });
  await expect(waiting).rejects.toMatchObject({ kind: "timeout" });
  expect(asked).toBe(3);
});

/** It takes requests and never answers one. */
async function frozenController() {
  const server = createServer();
  const asked = new Promise((resolve) => server.once("request", resolve));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { client: apiClient({ url, token: "secret" }), asked };
}
