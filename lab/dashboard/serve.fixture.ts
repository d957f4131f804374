import { startFakeController } from "./fake-controller.fixture.ts";
import { type FakeSwarm, smallSwarm } from "./fake-swarm.fixture.ts";

/** A made-up swarm in a process of its own: changes of it as JSON are the argument, its address is sent to the parent. */
const controller = await startFakeController({
  ...smallSwarm,
  ...(JSON.parse(process.argv[2] ?? "{}") as Partial<FakeSwarm>),
});
process.send?.(controller.url);
process.on("disconnect", () => process.exit(0));
