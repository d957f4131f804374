import { expect, test } from "vitest";
import { emptyModel } from "../../swarm/model.ts";
import { emptyPicture, takeLine } from "../picture/picture.ts";
import { simulateSwarm } from "../testing/simulated-swarm.ts";
import { toMetrics } from "./metrics.ts";

const sample = /^([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\} (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

test("every line is Prometheus' text format, each metric is explained once, and counters end in _total", () => {
  const types = new Map<string, string>();
  const helps: string[] = [];
  for (const line of metrics().trimEnd().split("\n")) {
    const [, kind, name = "", text = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === "HELP") helps.push(name);
    else if (kind === "TYPE") types.set(name, text);
    else {
      const [, metric = ""] = sample.exec(line) ?? [];
      expect(metric, line).not.toBe("");
      expect(types.has(metric), `${metric} comes after its type`).toBe(true);
    }
  }
  expect(new Set(helps).size).toBe(helps.length);
  for (const [name, type] of types) expect(name.endsWith("_total"), name).toBe(type === "counter");
});

test("the numbers are the swarm's, in bytes and shares", () => {
  const text = metrics();
  const own = 'lab="lecture",peer="leecher-1",role="leecher",client="torrent-lab 0.1.0 (WebTorrent 3.0.21)"';
  expect(text).toContain(`lab_peer_upload_limit_bytes_per_second{${own}} 1048576\n`);
  expect(text).toContain(`lab_peer_progress_ratio{${own},torrent="debian-13.iso"} 1\n`);
  expect(text).toContain(`lab_peer_download_bytes_total{${own},torrent="debian-13.iso"} 2620440\n`);
  expect(text).toContain('lab_swarm_distributed_copies{lab="lecture",torrent="debian-13.iso"} 3\n');
  expect(text).toContain('lab_tracker_peers{lab="lecture",torrent="debian-13.iso",state="complete"} 3\n');
  expect(text).toContain('lab_web_viewers{lab="lecture"} 2\n');
});

test("names that would end a label are escaped, and torrents of the same name are told apart", () => {
  const names = ['say "hi"\\\nlab_peer_state{} 1', "twin", "twin"];
  const text = metrics({ torrents: 3, names, client: 'evil" 1\n' });
  expect(text).toContain('torrent="say \\"hi\\"\\\\\\nlab_peer_state{} 1"');
  expect(text).toContain('client="evil\\" 1\\n"');
  expect(new Set(text.match(/torrent="twin \([0-9a-f]{8}\)"/g)).size).toBe(2);
  for (const line of text.trimEnd().split("\n")) if (!line.startsWith("#")) expect(line).toMatch(sample);
});

test("before the first line there is only what is known", () => {
  expect(toMetrics(emptyModel(), { lab: "lecture", tabs: 0 })).toContain('lab_web_viewers{lab="lecture"} 0\n');
});

function metrics(changes: { torrents?: number; names?: string[]; client?: string } = {}): string {
  const options = { seed: 5, seeders: 1, leechers: 2, torrents: 1, pieces: 10, pieceLength: 1 << 18, lab: "lecture" };
  const swarm = simulateSwarm({ ...options, ...changes });
  const picture = emptyPicture();
  for (const line of [...swarm.start(), ...swarm.run(60)]) takeLine(picture, line);
  return toMetrics(picture.swarm, { lab: "lecture", tabs: 2 });
}
