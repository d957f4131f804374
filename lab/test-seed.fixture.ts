import { randomInt } from "node:crypto";

/** `LAB_SEED`, to try again what failed, or another seed each time; said aloud, with what it is for. */
export function testSeed(what: string): number {
  const seed = Number(process.env.LAB_SEED ?? randomInt(2 ** 31));
  console.info(`${what}: LAB_SEED=${seed}`);
  return seed;
}
