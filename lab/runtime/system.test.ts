import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, test, vi } from "vitest";
import { atHand } from "../at-hand.fixture.ts";
import { eventually } from "../eventually.fixture.ts";
import { hasLivingMember, isAlive, processGroup, processState, startTime } from "./system.ts";

const own = process.platform;
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  Object.defineProperty(process, "platform", { value: own });
});

const withPs = atHand("ps", spawnSync("ps", ["-o", "pid="]).status === 0);

describe.runIf(withPs)("where there is no /proc", () => {
  test("a process is the same one after a change of time zone and language", () => {
    Object.defineProperty(process, "platform", { value: "darwin" });
    vi.stubEnv("TZ", "Asia/Tokyo");
    const started = startTime(process.pid);
    expect(started).not.toBe("");
    vi.stubEnv("TZ", "America/Lima");
    vi.stubEnv("LC_ALL", "fr_FR.UTF-8");
    expect(startTime(process.pid)).toBe(started);
    expect(isAlive(process.pid, started)).toBe(true);
  });
});

test.each(withPs ? [own, "darwin"] : [own])(
  "told as on %s, a group lives until its last member has ended",
  async (platform) => {
    const child = spawn("sh", ["-c", "sleep 60 & echo $!; wait"], {
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [line] = await once(child.stdout, "data");
    const [leader, member] = [child.pid ?? 0, Number(line)];
    Object.defineProperty(process, "platform", { value: platform });
    try {
      expect(processGroup(member)).toBe(leader);
      child.kill("SIGKILL");
      await once(child, "exit");
      expect(processState(leader)).toBe("");
      expect(hasLivingMember(leader)).toBe(true);
    } finally {
      process.kill(member, "SIGKILL");
    }
    await eventually(() => expect(hasLivingMember(leader)).toBe(false));
  },
);
