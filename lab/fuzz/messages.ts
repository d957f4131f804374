import { toController, toNode } from "../api/node.ts";
import { parseJson } from "../parse-json.ts";
import { nothing, outcomeOf, type Target, textSeeds } from "./target.ts";

const HASH = "a".repeat(40);

/** Messages between node and controller: the schema takes them or not. */
export const messageTarget: Target = {
  name: "node-message",
  runs: "worker",
  good: textSeeds(
    `{"type":"hello","node":"leecher-1","role":"leecher","client":"x","peerId":"${HASH}","port":1,"token":"t"}`,
    `{"type":"facts","facts":[{"type":"have","torrent":"${HASH}","piece":1,"from":[{"peer":"b","bytes":1}]}]}`,
    `{"type":"facts","facts":[{"type":"torrent","torrent":"${HASH}","state":"downloading","bitfield":"f0"}]}`,
    `{"type":"sample","memory":1,"load":0,"torrents":[{"torrent":"${HASH}","downloaded":1,"uploaded":1,"wasted":1,"left":1,"connected":1,"peers":[["x",1,1,"D"]]}]}`,
    `{"type":"welcome","node":"leecher-1","settings":{"interval":5},"torrents":[{"infoHash":"${HASH}","duty":"seed"}]}`,
    '{"type":"command","id":1,"command":{"type":"settings","settings":{"up":1,"down":null,"slots":4,"strategy":"rarest","endgame":true,"superSeeding":true,"maxPeers":5}}}',
  ),
  others: textSeeds("[]", '{"type":"facts","facts":[{}]}'),
  tokens: ['"type":', "null", "[]", "{}", "1e999", '"__proto__":', '"facts":'],
  open: async () => ({
    feed(input) {
      const value = parseJson(Buffer.from(input).toString());
      const [up, down] = [toController.safeParse(value), toNode.safeParse(value)];
      if (up.success || down.success) return `good ${up.data?.type ?? down.data?.type}`;
      return outcomeOf(value === undefined ? "not JSON" : (up.error?.issues[0]?.path.join(".") ?? ""));
    },
    close: nothing,
  }),
};
