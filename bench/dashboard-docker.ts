import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openTerminal } from "../lab/dashboard/terminal.fixture.ts";
import { thisMachine } from "./parts/machine.ts";
import { cpuSeconds, processesNamed, residentBytes } from "./parts/proc.ts";
import { machineText } from "./report/figures.ts";

/**
 * `lab watch` beside `docker stats` on the same containers, in turns. `docker stats` lets the engine do its work, so the
 * engine's processor time is counted too.
 *
 *     node bench/dashboard-docker.ts [--leechers 49] [--seconds 15] [--rounds 2]
 */
const { values } = parseArgs({
  options: {
    leechers: { type: "string", default: "49" },
    seconds: { type: "string", default: "15" },
    rounds: { type: "string", default: "2" },
  },
});
const seconds = Number(values.seconds);
const bin = join(import.meta.dirname, "../lab/bin.cjs");
const dir = mkdtempSync(join(tmpdir(), "lab-bench-"));
const name = `bench-${process.pid}`;
const profile = `pieceLength: 64KiB
seeders: [{ count: 1, up: 512KiB/s }]
leechers: [{ count: ${values.leechers}, up: 64KiB/s }]
`;

mkdirSync(join(dir, "sources"));
mkdirSync(join(dir, "profiles"));
writeFileSync(join(dir, "profiles/bench.yaml"), profile);
writeFileSync(join(dir, "sources/film.bin"), Buffer.alloc(64 << 20, 1));
const { CI: _, ...env } = process.env as Record<string, string>;
const lab = (...args: string[]) =>
  execFileSync(process.execPath, [bin, ...args], { cwd: dir, env, stdio: ["ignore", "pipe", "pipe"] });

try {
  lab("up", "-d", "--name", name, "--runtime", "docker", "--profile", "bench", "--wait", "--timeout", "180");
  const ids = execFileSync("docker", ["ps", "-q", "--filter", `label=lab.name=${name}`])
    .toString()
    .split(/\s+/)
    .filter(Boolean);
  console.log(`${ids.length} containers, ${values.leechers} leechers, 1,024 pieces, 120x60, ${seconds} s a turn`);
  console.log(`machine: ${machineText(thisMachine())}`);
  const watch = [process.execPath, bin, "watch", "--name", name];
  const stats = ["docker", "stats", ...ids];
  console.log("                 CPU of a core     engine      memory");
  report("nothing", await turn(undefined));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    report("lab watch", await turn(watch));
    report("docker stats", await turn(stats));
  }
} finally {
  lab("down", name, "-v");
  rmSync(dir, { recursive: true, force: true });
}

interface Turn {
  cpu: number;
  engine: number;
  memory: number;
}

/** Lets the program run on a terminal of its own; what it and the engine took after its first seconds. */
async function turn(command: readonly string[] | undefined): Promise<Turn> {
  using terminal = command && openTerminal(command, { columns: 120, rows: 60, cwd: dir, env });
  await delay(4000);
  const engines = [...processesNamed("dockerd"), ...processesNamed("containerd")];
  const spent = () => engines.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = { own: terminal ? cpuSeconds(terminal.pid) : 0, engine: spent(), at: performance.now() };
  await delay(seconds * 1000);
  const elapsed = (performance.now() - before.at) / 1000;
  return {
    cpu: ((terminal ? cpuSeconds(terminal.pid) : 0) - before.own) / elapsed,
    engine: (spent() - before.engine) / elapsed,
    memory: terminal ? residentBytes(terminal.pid) : 0,
  };
}

function report(what: string, { cpu, engine, memory }: Turn): void {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`.padStart(11);
  console.log(`${what.padEnd(18)}${percent(cpu)}${percent(engine)}${(memory / 2 ** 20).toFixed(0).padStart(8)} MiB`);
}
