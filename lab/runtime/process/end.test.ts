import { afterEach, expect, test, vi } from "vitest";
import { endGroups, signalGroup } from "./end.ts";

afterEach(() => void vi.restoreAllMocks());

test("a group whose number was given to another user's processes is as good as gone", async () => {
  vi.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
  });
  expect(signalGroup(4242, "SIGTERM")).toBe(false);
  expect(await endGroups([4242])).toEqual([]);
});
