import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { journalLine } from "../api/journal.ts";
import { labStatus } from "../api/status.ts";
import { openJournal } from "../controller/journal.ts";
import { parseJson } from "../parse-json.ts";
import { apply, emptyModel } from "../swarm/model.ts";
import { sentence } from "../swarm/sentence.ts";
import { toStatus } from "../swarm/status.ts";
import { journalSeeds } from "./seeds.ts";
import { type Target, textSeeds } from "./target.ts";

/** Lines of a journal, as a controller finds them on its disk: odd ones are left out, and the picture stays valid. */
export const journalTarget: Target = {
  name: "journal",
  runs: "worker",
  good: journalSeeds(),
  others: textSeeds("\n", '{"v":1,"run":"r","seq":1}\n'),
  tokens: [
    '{"v":1,"run":"r","seq":',
    '"type":"have"',
    '"node":"__proto__"',
    "null",
    "[]",
    "{}",
    "1e999",
    '"torrent":',
    '"bitfield":"ff"',
    "\n",
  ],
  async open() {
    const folder = mkdtempSync(join(tmpdir(), "lab-fuzz-"));
    const path = join(folder, "journal.jsonl");
    return {
      async feed(input) {
        writeFileSync(path, input);
        const journal = await openJournal({ path, run: "r", onLine: () => {} });
        try {
          if (readFileSync(path).length > input.length) throw new Error("reading a journal made it longer");
        } finally {
          await journal.close();
        }
        return `${feedLines(input)} ${Math.min(journal.resumed.lines, 20)}`;
      },
      close: async () => rmSync(folder, { recursive: true }),
    };
  },
};

/** Lines that the schema takes: whatever they say, model, status and sentences go on. */
function feedLines(input: Uint8Array): string {
  const model = emptyModel();
  let [good, odd, said] = [0, 0, 0];
  for (const text of Buffer.from(input).toString().split("\n")) {
    const parsed = journalLine.safeParse(parseJson(text));
    if (parsed.success) good += 1;
    else if (text !== "") odd += 1;
    if (!parsed.success) continue;
    apply(model, parsed.data);
    const words = sentence(parsed.data, model);
    if (words !== undefined) said += 1;
    if (words !== undefined && /[\u0000-\u001f\u007f-\u009f]/.test(words))
      throw new Error(`a sentence has control characters: ${JSON.stringify(words)}`);
  }
  const options = { now: model.t, controllerUrl: null, connections: true };
  labStatus.parse(JSON.parse(JSON.stringify(toStatus(model, options))));
  return `${odd === 0 ? "good" : "refused"}: ${Math.min(good, 20)} lines, ${Math.min(odd, 20)} odd, ${Math.min(said, 20)} said,`;
}
