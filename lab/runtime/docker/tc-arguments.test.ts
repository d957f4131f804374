import { expect, test } from "vitest";
import { tcArguments } from "./tc-arguments.ts";

const MIB = 1024 ** 2;
const texts = (...[link, device]: Parameters<typeof tcArguments>) =>
  tcArguments(link, device).map((argv) => argv.join(" "));

test("a rate is a token bucket at the root of the peer's one interface, in bits", () => {
  expect(texts({ rate: MIB, delay: 0, loss: 0 })).toEqual([
    "qdisc replace dev eth0 root handle 1: tbf rate 8388608bit burst 32768b latency 400ms",
  ]);
});

test("the bucket of a fast link holds a hundredth of a second, so that the kernel's tick does not slow it", () => {
  expect(texts({ rate: 100 * MIB, delay: 0, loss: 0 })[0]).toContain(`burst ${MIB}b`);
});

test("delay and loss go into the bucket, and the queue there holds what is on its way", () => {
  expect(texts({ rate: MIB, delay: 0.05, loss: 0.02 })[1]).toBe(
    "qdisc replace dev eth0 parent 1:1 handle 10: netem limit 315 delay 50000us loss 2%",
  );
});

test("delay or loss alone is at the root", () => {
  expect(texts({ rate: null, delay: 0.0005, loss: 0 }, "lo")).toEqual([
    "qdisc replace dev lo root handle 1: netem limit 10000 delay 500us",
  ]);
  expect(texts({ rate: null, delay: 0, loss: 0.001 })[0]).toMatch(/netem limit 10000 loss 0.1%$/);
});
