import { readNodeEnvironment } from "../../api/environment.ts";
import type { Fact } from "../../api/facts.ts";
import type { NodeCommand, NodeSettings } from "../../api/node.ts";
import { type PeerSettings, peerSettings, role, usualSettings } from "../../api/words.ts";
import { LabError, messageOf, unreachable } from "../../errors.ts";
import { connectToController } from "../link.ts";
import { type Program, runProgram } from "../program.ts";
import { sendSamples } from "../samples.ts";
import { createPeerId } from "./peer-id.ts";
import { createShares } from "./shares.ts";
import { createUplink } from "./uplink.ts";
import { clientName, startSwarmClient } from "./webtorrent-client.ts";

runProgram(peer);

/** A peer: seeds and fetches what its controller says, and reports all that happens. */
async function peer(program: Program): Promise<void> {
  const environment = readNodeEnvironment(process.env);
  const ownId = createPeerId();
  const client = await startSwarmClient(ownId, environment.host, environment.port).catch(cannotListen);
  program.onEnd(() => client.close());
  const uplink = createUplink();

  /** Nothing is shared before the controller's answer brings the real ones. */
  let settings: PeerSettings = { ...usualSettings, up: 0, down: 0, slots: 0, maxPeers: 1 };
  const shares = createShares({
    environment,
    client,
    uplink,
    ownId,
    loopbackOnly: environment.host === "127.0.0.1",
    settings: () => settings,
    report: (fact: Fact) => link.facts([fact]),
  });
  let freshSample = true;
  let welcomed = false;
  const link = connectToController({
    environment,
    hello: { role: roleOf(environment.role), client: clientName, peerId: ownId, port: client.port },
    onWelcome(welcome, again) {
      freshSample = true;
      welcomed = true;
      apply(welcome.settings);
      shares.order(welcome.torrents);
      if (again) link.facts(shares.describe());
    },
    onCommand,
    onRefused(reason) {
      const refusal = new LabError("conflict", `the controller refused this peer: ${reason}`);
      if (!welcomed) program.fail(refusal);
      // It was part of the swarm: it takes leave of its tracker and its peers.
      console.error(refusal.message);
      program.end();
    },
  });
  program.onEnd(() => link.close());
  program.onEnd(() => shares.close());

  sendSamples(link, () => {
    const torrents = shares.sample(freshSample);
    freshSample = false;
    return torrents;
  });

  function onCommand(command: NodeCommand): unknown {
    switch (command.type) {
      case "settings":
        return apply(command.settings);
      case "torrents":
        return shares.order(command.torrents);
      case "announce":
        return shares.announce();
      case "verify":
        return shares.verify();
      case "cut":
        return shares.cut(command.peers);
      default:
        return unreachable(command);
    }
  }

  function apply(next: NodeSettings): void {
    const asked = peerSettings.parse(next);
    settings = asked.behaviour === "freeride" ? { ...asked, slots: 0 } : asked;
    client.apply(settings);
    uplink.limit(settings.up);
    shares.apply(settings);
  }
}

function roleOf(text: string) {
  const known = role.safeParse(text);
  if (known.success) return known.data;
  throw new LabError("environment", `LAB_ROLE is ${JSON.stringify(text)}`, { hint: "a peer is a seeder or a leecher" });
}

function cannotListen(cause: unknown): never {
  throw new LabError("environment", `cannot listen for peers: ${messageOf(cause)}`, { cause });
}
