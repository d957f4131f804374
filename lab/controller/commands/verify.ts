import { type VerifyAnswer, type VerifyReport, verifyReport } from "../../api/journal.ts";
import { messageOf } from "../../errors.ts";
import type { Session } from "../session.ts";
import { type Handler, isReachable, peerSessions, refused } from "./command.ts";

/** Hashing a few GB on a laptop's disk. */
const SECONDS = 300;

export const verify: Handler<"verify"> = async ({ lab }) => {
  const asked = peerSessions(lab).filter((session) => isReachable(lab, session.node));
  if (asked.length === 0) return refused("no peer is running");
  const answers = await Promise.all(asked.map(report));
  const value: VerifyAnswer = Object.fromEntries(asked.map((session, i) => [session.node, answers[i] ?? []]));
  const problems = Object.entries(value).flatMap(([node, answer]) =>
    "error" in answer ? [`${node}: ${answer.error}`] : [],
  );
  return problems.length === 0 ? { ok: true, value } : { ok: false, error: problems.join("; "), value };
};

async function report(session: Session): Promise<VerifyReport | { error: string }> {
  try {
    const parsed = verifyReport.safeParse(await session.ask({ type: "verify" }, SECONDS));
    return parsed.success ? parsed.data : { error: "sent a malformed report" };
  } catch (error) {
    return { error: messageOf(error) };
  }
}
