import { messageOf } from "../../errors.ts";
import { isPeer } from "../../swarm/peers.ts";
import { absence, done, type Handler, isReachable, peerSessions, refused } from "./command.ts";

export const announce: Handler<"announce"> = async ({ lab }, { node }) => {
  if (node !== undefined && !lab.journal.model.nodes[node]) return refused(absence(lab, node));
  const peers = peerSessions(lab).filter((session) => isReachable(lab, session.node));
  const asked = node === undefined ? peers : peers.filter((session) => session.node === node);
  if (asked.length === 0) return refused(node === undefined ? "no peer is running" : notAPeer(lab, node));
  const problems = await Promise.all(
    asked.map((session) =>
      session.ask({ type: "announce" }).then(
        () => [],
        (error: unknown) => [`${session.node}: ${messageOf(error)}`],
      ),
    ),
  );
  return problems.flat().length === 0 ? done : refused(problems.flat().join("; "));
};

function notAPeer(lab: Parameters<typeof absence>[0], node: string): string {
  const known = lab.journal.model.nodes[node];
  return known && isPeer(known) ? absence(lab, node) : `${node} is no peer: it does not announce`;
}
