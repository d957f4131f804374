import type { CommandResult, LabCommand } from "../../api/commands.ts";
import { CONTROLLER } from "../journal.ts";
import { record } from "../lab.ts";
import { announce } from "./announce.ts";
import { type Desk, done, type Handler, refused } from "./command.ts";
import { cut, heal, nodesOfAll } from "./cut.ts";
import { plan } from "./plan.ts";
import { set } from "./set.ts";
import { verify } from "./verify.ts";

const handlers: { [T in LabCommand["type"]]: Handler<T> } = {
  plan,
  node: ({ lab, life }, { node, state, error }) => {
    if (!lab.journal.model.nodes[node]) return refused(`there is no node "${node}" in this lab`);
    life.told(node, state, error);
    return done;
  },
  set,
  announce,
  verify,
  cut,
  heal,
  mark: ({ lab }, { text }) => {
    record(lab, CONTROLLER, { type: "mark", text });
    return done;
  },
  stopping: ({ lab }) => {
    record(lab, CONTROLLER, { type: "stopping" });
    return done;
  },
};

/** Does commands and journals each with its outcome. Those that change the lab run one after the other. */
export function commandDesk(desk: Desk): (command: LabCommand) => Promise<CommandResult> {
  let turn: Promise<unknown> = Promise.resolve();

  return async (given) => {
    const command = withNodes(desk, given);
    const handle = handlers[command.type] as (
      desk: Desk,
      command: LabCommand,
    ) => CommandResult | Promise<CommandResult>;
    const asks = command.type === "verify" || command.type === "announce";
    const outcome = asks ? handle(desk, command) : turn.then(() => handle(desk, command));
    if (!asks) turn = Promise.resolve(outcome).catch(() => {});
    const result = await outcome;
    const { ok, error } = result;
    const line = { type: "command" as const, command: command.type, detail: detailOf(command), ok };
    record(desk.lab, CONTROLLER, error === undefined ? line : { ...line, error });
    desk.lab.reconcile();
    return result;
  };
}

/** A cut names nodes and groups; what is journaled are nodes. */
function withNodes({ lab }: Desk, command: LabCommand): LabCommand {
  if (command.type !== "cut") return command;
  const [left, right] = command.sides;
  return { type: "cut", sides: [nodesOfAll(lab, left), nodesOfAll(lab, right)] };
}

/** What the journal keeps of a command; of a plan, which has its own line, only the size. */
function detailOf(command: LabCommand): unknown {
  if (command.type === "plan") return { peers: command.plan.peers.length, torrents: command.plan.torrents.length };
  const { type: _, ...detail } = command;
  return detail;
}
