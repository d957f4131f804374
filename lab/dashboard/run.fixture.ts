import { setTimeout as delay } from "node:timers/promises";
import { apiClient } from "../api/client.ts";
import { startFakeController } from "./fake-controller.fixture.ts";
import { type FakeSwarm, smallSwarm } from "./fake-swarm.fixture.ts";
import { runDashboard } from "./index.ts";
import type { ThemeName } from "./look/tones.ts";
import type { Phase } from "./options.ts";

/** Changes of the made-up swarm, and what else a test wants. */
export interface RunFixture extends Partial<FakeSwarm> {
  /** Seconds of the swarm that are past already. */
  readonly head?: number;
  /** A controller that runs already. */
  readonly url?: string;
  readonly theme?: ThemeName;
  readonly projector?: boolean;
  readonly started?: boolean;
  /** Dies of an uncaught error when asked to announce. */
  readonly crash?: boolean;
}

/** Runs the dashboard on the present terminal before a made-up swarm: `LAB_FAKE` holds a `RunFixture` as JSON. */
const { env, stdin, stdout } = process;
const fixture = JSON.parse(env.LAB_FAKE ?? "{}") as RunFixture;
const { head = 0, url, theme = "default", projector = false, started = false, crash = false, ...changes } = fixture;
await using controller = url ? undefined : await startFakeController({ ...smallSwarm, ...changes }, head);
const end = await runDashboard({
  client: apiClient({ url: url || (controller?.url ?? ""), token: "t" }),
  lab: "demo",
  stdin,
  stdout,
  env,
  theme,
  projector,
  started,
  remove: removal,
  actions: { removeNode: async (peer) => `${peer} was removed`, ...(crash && { announce }) },
  signal: new AbortController().signal,
});
console.log(`ended: ${end}`);

/** What an action throws is shown; what is thrown later nobody catches. */
async function announce(): Promise<undefined> {
  setImmediate(() => {
    throw new Error("a bug in the dashboard");
  });
}

async function* removal(): AsyncGenerator<Phase> {
  yield { phase: "remove", subject: "leecher-1", done: false };
  await delay(500);
}
