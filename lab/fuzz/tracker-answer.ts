import { setTimeout as delay } from "node:timers/promises";
import { startPeerProgram } from "./peer-program.ts";
import { type Subject, type Target, textSeeds } from "./target.ts";

const body = (text: string) => Buffer.from(text, "latin1");

/** Bodies of tracker answers: the peer lives, and its tracker is asked again when told to. */
export const trackerAnswerTarget: Target = {
  name: "tracker-answer",
  runs: "here",
  // Facts come five times a second, so what became of an answer is not told; the peer took a good one before the first.
  good: [],
  others: [
    body("d8:completei0e10:incompletei1e8:intervali1800e5:peers6:\x7f\0\0\x01\x1a\xe1e"),
    body("d14:failure reason4:nonee"),
    body("d8:intervali60e5:peersld2:ip9:127.0.0.14:porti1eeee"),
    body("d8:intervali60e6:peers618:0123456789abcdef\x1a\xe112:min intervali5e10:tracker id2:ide"),
    ...textSeeds("<html>", "d8:intervali0e5:peersl-3:eee"),
  ],
  tokens: ["8:interval", "5:peers", "6:peers6", "8:complete", "i-1e", "i0e", "l", "d", "e", "-3:", "i99999999999e"],
  async open() {
    const peer = await startPeerProgram();
    return {
      async feed(input) {
        const before = peer.tracker.announces;
        peer.tracker.answer = (response) => response.end(input);
        await peer.announce();
        for (let waited = 0; peer.tracker.announces === before && waited < 400; waited += 1) await delay(5);
        await peer.check();
        if (peer.tracker.announces === before) throw new Error("no announce within 2 s of the request for one");
        return `${input[0]} ${input.length > 100}`;
      },
      close: () => peer.close(),
    } satisfies Subject;
  },
};
