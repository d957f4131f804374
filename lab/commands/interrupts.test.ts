import { afterEach, expect, test, vi } from "vitest";
import { catchInterrupts, orInterrupted } from "./interrupts.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const listeners = () => ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => process.listenerCount(signal));

test("Ctrl-C aborts with 130, SIGTERM with 143, and a closed terminal like SIGTERM", () => {
  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 143],
  ] as const) {
    using interrupts = catchInterrupts();
    process.emit(signal);
    expect(interrupts.signal.reason).toMatchObject({ exitCode });
  }
});

test("who can go on without a terminal is asked, and not aborted", () => {
  const onHangup = vi.fn();
  using interrupts = catchInterrupts({ onHangup });
  process.emit("SIGHUP");
  expect(onHangup).toHaveBeenCalledOnce();
  expect(interrupts.signal.aborted).toBe(false);
});

test("Ctrl-C again says its last words and ends at once", () => {
  const said: string[] = [];
  const exit = vi.spyOn(process, "exit").mockImplementation((code) => said.push(`exit ${code}`) as never);
  using _ = catchInterrupts({ onSecond: () => said.push("left") });
  process.emit("SIGINT");
  expect(exit).not.toHaveBeenCalled();
  process.emit("SIGINT");
  expect(said).toEqual(["left", "exit 130"]);
});

test("who reads Ctrl-C as a key can end in the same way", () => {
  const said: string[] = [];
  vi.spyOn(process, "exit").mockImplementation((code) => said.push(`exit ${code}`) as never);
  using interrupts = catchInterrupts({ onSecond: () => said.push("left") });
  interrupts.again();
  expect(said).toEqual(["left", "exit 130"]);
});

test("afterwards the signals have their own meaning again", () => {
  const before = listeners();
  catchInterrupts()[Symbol.dispose]();
  expect(listeners()).toEqual(before);
});

test("work that cannot be called off is not waited for", async () => {
  const abort = new AbortController();
  expect(await orInterrupted(Promise.resolve("done"), abort.signal)).toBe("done");
  const waiting = orInterrupted(new Promise(() => {}), abort.signal);
  abort.abort(new Error("interrupted"));
  await expect(waiting).rejects.toThrow("interrupted");
  await expect(orInterrupted(new Promise(() => {}), abort.signal)).rejects.toThrow("interrupted");
});
