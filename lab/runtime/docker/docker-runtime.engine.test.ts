import { describe } from "vitest";
import { runtimeContract } from "../runtime.contract.ts";
import { connect } from "./client.ts";
import { dockerRuntime } from "./docker-runtime.ts";
import { base, engineAtHand, forgetImage } from "./engine-at-hand.ts";
import { projectOf } from "./labels.ts";

const engine = await engineAtHand();

describe.skipIf(!engine)("containers", () => {
  runtimeContract("docker", () => {
    if (!engine) throw new Error("skipped");
    return {
      kind: "docker",
      create: (programs) => dockerRuntime({ engine, programs, base }),
      forget: (programs) => forgetImage(engine, programs),
      foreign: async (lab) => {
        const client = await connect(engine.host);
        const [image] = await client.listImages({ filters: { label: ["lab.image=node"] } });
        const container = await client.createContainer({
          name: `${projectOf(lab)}-leecher-7-1`,
          Image: image?.Id ?? "",
          Cmd: ["node", "-e", "setInterval(() => {}, 1000)"],
          HostConfig: { Init: true },
        });
        await container.start();
        return {
          runs: async () => (await container.inspect()).State.Running,
          end: async () => container.remove({ force: true }),
        };
      },
    };
  });
});
