import { apiClient } from "../api/client.ts";
import { startFakeController } from "./fake-controller.fixture.ts";
import { type FakeSwarm, smallSwarm } from "./fake-swarm.fixture.ts";
import { runDashboard } from "./index.ts";
import { themeNames } from "./look/tones.ts";

/** Runs the dashboard on the present terminal before a made-up swarm: `LAB_FAKE` may hold changes of the swarm as JSON. */
const { env, stdin, stdout } = process;
const {
  head = 0,
  url,
  ...changes
} = JSON.parse(env.LAB_FAKE ?? "{}") as Partial<FakeSwarm> & { head?: number; url?: string };
await using controller = url ? undefined : await startFakeController({ ...smallSwarm, ...changes }, head);
const end = await runDashboard({
  client: apiClient({ url: url ?? controller?.url ?? "", token: "t" }),
  lab: "demo",
  stdin,
  stdout,
  env,
  theme: themeNames.find((name) => name === env.LAB_THEME) ?? "default",
  projector: env.LAB_PROJECTOR === "1",
  started: env.LAB_STARTED === "1",
  actions: {},
  signal: new AbortController().signal,
});
console.log(`ended: ${end}`);
