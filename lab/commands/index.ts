import type { Command } from "commander";
import { addAdd } from "./add.ts";
import { addConfig } from "./config.ts";
import { addDoctor } from "./doctor.ts";
import { addDown } from "./down.ts";
import { addEvents } from "./events.ts";
import { addLogs } from "./logs.ts";
import { addLs } from "./ls.ts";
import { addNodeActions } from "./node-actions.ts";
import { addOpen } from "./open.ts";
import { addProfiles } from "./profiles.ts";
import { addPs } from "./ps.ts";
import { addReplay } from "./replay.ts";
import { addRetorrent } from "./retorrent.ts";
import { addRm } from "./rm.ts";
import { addRuns } from "./runs.ts";
import { addSample } from "./sample.ts";
import { addScale } from "./scale.ts";
import { addSet } from "./set.ts";
import { addStatus } from "./status.ts";
import { addSwarmCommands } from "./swarm-commands.ts";
import { addTorrents } from "./torrents.ts";
import { addUp } from "./up.ts";
import { addVerify } from "./verify.ts";
import { addWait } from "./wait.ts";
import { addWatch } from "./watch.ts";
import type { World } from "./world.ts";

/** Every command, as the help groups them. Each one defines its flags at once and loads its work when it is called. */
const groups: Readonly<Record<string, readonly ((lab: Command, world: World) => void)[]>> = {
  "The lab:": [addUp, addDown, addLs],
  "Look:": [addWatch, addOpen, addStatus, addPs, addEvents, addLogs, addWait, addVerify, addRuns, addReplay],
  "Change the swarm while it runs:": [addRetorrent, addScale, addAdd, addRm, addSet, addNodeActions, addSwarmCommands],
  "Prepare:": [addDoctor, addProfiles, addTorrents, addSample, addConfig],
};

export function addCommands(lab: Command, world: World): Command {
  for (const [title, commands] of Object.entries(groups)) {
    lab.commandsGroup(title);
    for (const add of commands) add(lab, world);
  }
  for (const command of lab.commands) command.copyInheritedSettings(lab);
  return lab;
}
