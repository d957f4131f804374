import { expect, test } from "vitest";
import type { Hello } from "../api/node.ts";
import type { NodeState } from "../api/words.ts";
import { HASH, peer, testPlan } from "./controller.fixture.ts";
import { admit } from "./hello.ts";
import { still } from "./still-lab.fixture.ts";
import { recordPlan } from "./take-plan.ts";

const duty = { settings: peer("leecher-1").settings, seeds: [], fetches: [HASH] };
const hello: Hello = { type: "hello", node: "", role: "leecher", client: "test", port: 6881, token: "t" };

/** A controller that was just restarted: who it adopted before is known, nobody is connected yet. */
function restarted(states: Record<string, NodeState>) {
  const { lab, record } = still(testPlan([], { adopt: { seeder: duty, leecher: duty } }));
  lab.adopted = Object.keys(states).map((name) => peer(name, duty));
  recordPlan(lab, ({ settings }) => settings);
  for (const [index, [node, state]] of Object.entries(states).entries())
    record(node, { type: "node", state, address: `172.18.0.${index + 2}:6881` });
  const peerId = "9".repeat(40);
  return (host: string) => admit(lab, { ...hello, peerId }, { kind: "node", node: null }, host);
}

test("a new replica does not take the name of a living peer that finds the restarted controller later", () => {
  const join = restarted({ "leecher-1": "running", "leecher-2": "running" });
  expect(join("172.18.0.9")).toMatchObject({ ok: true, node: "leecher-3" });
  expect(join("172.18.0.3")).toMatchObject({ ok: true, node: "leecher-2" });
});

test.each(["stopped", "failed"] as const)("a new replica takes the place of one that is %s", (state) => {
  const join = restarted({ "leecher-1": "running", "leecher-2": state });
  expect(join("172.18.0.9")).toMatchObject({ ok: true, node: "leecher-2" });
});
