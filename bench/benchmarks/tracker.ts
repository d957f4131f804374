import { setTimeout as delay } from "node:timers/promises";
import { type Benchmark, type Context, type Finding, type Metric, value } from "../benchmark.ts";
import { busyShare, cpuSeconds, machineTime } from "../parts/proc.ts";
import { figure } from "../report/figures.ts";
import { quantile } from "../report/summary.ts";
import { voidReason } from "../report/void.ts";
import { announceLoads, httpLatencies, type Protocol, udpLatencies } from "../tracker/load.ts";
import { openTrackers, type Tracker } from "../tracker/trackers.ts";

type TrackerSettings = {
  readonly torrents: number;
  readonly peers: number;
  readonly seconds: number;
  readonly warmSeconds: number;
  /** Announces a second at which answers are timed. */
  readonly rate: number;
};

export const trackerBenchmark: Benchmark<TrackerSettings> = {
  name: "tracker",
  title:
    "announces a second of the tracker's processor time (opentracker always closes, so keep-alive is held against its " +
    "close); time of an answer at a steady rate",
  settings: {
    short: { torrents: 100, peers: 4000, seconds: 0.5, warmSeconds: 0.2, rate: 1000 },
    single: { torrents: 100, peers: 4000, seconds: 5, warmSeconds: 2, rate: 1000 },
    full: { torrents: 100, peers: 4000, seconds: 5, warmSeconds: 2, rate: 1000 },
  },
  metrics: [
    throughput("UDP", 0.2, 0.8),
    throughput("HTTP, close", 0.25, 0.6),
    throughput("HTTP, keep-alive", 0.5, 2),
    ...["UDP", "HTTP, close"].map((protocol) => ({
      ...{ name: `${protocol}, p99`, unit: "ms" as const, better: "lower" as const },
      gate: { kind: "value" as const, value: 50 },
    })),
  ],
  runs: "always",
  measure,
};

function throughput(protocol: Protocol, gate: number, aim: number): Metric {
  const limit = (ratio: number) => ({ kind: "ratio" as const, value: ratio, anchor: "opentracker" });
  return { name: protocol, unit: "per second", better: "higher", gate: limit(gate), aim: limit(aim) };
}

/** opentracker always closes: its figure with connections that are closed stands for those that are kept alive too. */
async function* measure(settings: TrackerSettings, { rounds }: Context): AsyncGenerator<Finding> {
  await using trackers = await openTrackers(settings.torrents);
  if (!trackers.some(({ name }) => name === "opentracker"))
    yield { kind: "missing", program: "opentracker", reason: "it is not installed" };
  for (let round = 0; round < rounds; round += 1) {
    for (const protocol of ["UDP", "HTTP, close", "HTTP, keep-alive"] as const)
      for (const tracker of trackers) {
        const closes = tracker.name === "opentracker" && protocol === "HTTP, keep-alive";
        yield value(tracker.name, protocol, await perCpuSecond(tracker, closes ? "HTTP, close" : protocol, settings));
      }
    for (const tracker of trackers) {
      yield await slowest(tracker, "UDP", () => udpLatencies(tracker.port, settings));
      yield await slowest(tracker, "HTTP, close", () => httpLatencies(tracker.port, settings));
    }
  }
}

/** One answer in a hundred takes longer. On a busy machine it tells how long a program waits for its turn. */
async function slowest({ name }: Tracker, protocol: Protocol, time: () => Promise<number[]>): Promise<Finding> {
  const before = machineTime();
  const p99 = quantile(await time(), 0.99);
  const reason = voidReason({ busiestNode: null, machine: busyShare(before, machineTime()) });
  if (reason === undefined) return value(name, `${protocol}, p99`, p99);
  return { kind: "void", program: name, reason: `${protocol}, p99: ${reason}; it would be ${figure(p99, "ms")}` };
}

async function perCpuSecond({ pid, port }: Tracker, protocol: Protocol, settings: TrackerSettings): Promise<number> {
  let answers = 0;
  const stop = await announceLoads[protocol](port, settings, () => {
    answers += 1;
  });
  await delay(settings.warmSeconds * 1000);
  const before = { answers, cpu: cpuSeconds(pid) };
  await delay(settings.seconds * 1000);
  const spent = cpuSeconds(pid) - before.cpu;
  const perSecond = spent === 0 ? 0 : (answers - before.answers) / spent;
  await stop();
  return perSecond;
}
