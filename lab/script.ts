import { constants } from "node:os";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { messageOf } from "./errors.ts";

/** What the scripts of `npm run` share: their command lines. A wrong one ends with exit code 2 and what is wrong. */

/** @param config of `node:util`'s parseArgs; `--help` comes on top. */
export function readCommandLine<const Config extends ParseArgsConfig>(usage: string, config: Config) {
  if (process.argv.slice(2).some((arg) => arg === "--help" || arg === "-h")) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    return misused(usage, messageOf(error));
  }
}

export function misused(usage: string, problem: string): never {
  console.error(`${problem}\n\n${usage}`);
  process.exit(2);
}

/**
 * Runs what takes long and starts labs: told to stop it begins nothing new, cleans up and ends with the signal's exit code.
 * A second signal ends the script at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let code: number | undefined;
  const end = (signal: "SIGINT" | "SIGTERM") => {
    code ??= 128 + constants.signals[signal];
    stop.abort(new Error("interrupted"));
  };
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (code === undefined) throw error;
    console.error("interrupted");
    process.exit(code);
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
  }
}

/** Reads numbers from flags, and refuses what is none. */
export function numbersOf(usage: string) {
  const read = (flag: string, text: string, isRight: (value: number) => boolean, wanted: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    return isRight(value) ? value : misused(usage, `--${flag} "${text}" is no ${wanted}`);
  };
  return {
    positive: (flag: string, text: string) =>
      read(flag, text, (value) => value > 0 && Number.isFinite(value), "number above 0"),
    count: (flag: string, text: string) =>
      read(flag, text, (value) => value > 0 && Number.isSafeInteger(value), "whole number above 0"),
    /** Without one, another each time. */
    seed: (text: string | undefined) =>
      text === undefined ? Date.now() % 2 ** 32 : read("seed", text, Number.isSafeInteger, "whole number"),
  };
}

/** The names that were asked for, or all of them. */
export function chosenOf<Name extends string>(usage: string, asked: readonly string[], known: readonly Name[]): Name[] {
  const strange = asked.find((name) => !known.some((one) => one === name));
  if (strange !== undefined) misused(usage, `"${strange}" is none of ${known.join(", ")}`);
  return asked.length === 0 ? [...known] : known.filter((name) => asked.includes(name));
}
