import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyPicture, takeLine } from "../picture/picture.ts";
import { simulateSwarm } from "../testing/simulated-swarm.ts";
import { toMetrics } from "./metrics.ts";

test("the Grafana dashboard asks only for metrics and labels that there are", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/grafana.json"), "utf8");
  const swarm = simulateSwarm({ seed: 2, seeders: 1, leechers: 1, torrents: 1, pieces: 8 });
  const picture = emptyPicture();
  for (const line of [...swarm.start(), ...swarm.run(5)]) takeLine(picture, line);
  const metrics = toMetrics(picture.swarm, { lab: "simulated", tabs: 1 });

  const asked = new Set(text.match(/\blab_[a-z_]+/g));
  expect(asked.size).toBeGreaterThan(12);
  for (const name of asked) expect(metrics, name).toContain(`\n# TYPE ${name} `);
  for (const [, name = "", labels = ""] of text.matchAll(/\b(lab_[a-z_]+)\{([^}]*)\}/g)) {
    const [sample = ""] = new RegExp(`^${name}\\{.*`, "m").exec(metrics) ?? [];
    for (const [, label] of labels.matchAll(/([a-z]+)=~?\\"/g)) expect(sample, name).toContain(`${label}="`);
  }
});
