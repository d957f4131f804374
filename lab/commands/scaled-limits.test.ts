import { expect, test } from "vitest";
import { makePlan } from "../plan/make-plan.ts";
import { changed, inputOf } from "../plan/plan.fixture.ts";
import { scaledLimits } from "./scaled-limits.ts";

const MIB = 1_048_576;

test("limits are halved and doubled, with the new ones told; who has none keeps none", () => {
  const plan = makePlan(
    inputOf({ seeders: [{ up: "2MiB/s" }], leechers: [{ count: 2, up: "1MiB/s" }, { name: "free" }] }),
  );
  const halved = scaledLimits(plan, 1 / 2);
  expect(halved.text).toBe("upload limits halved: 512.0 KiB/s to 1.00 MiB/s");
  const after = changed(plan, halved.input);
  expect(after.run.peers.map(({ settings }) => settings.up)).toEqual([MIB, MIB / 2, MIB / 2, null]);
  expect(scaledLimits(after, 2).text).toBe("upload limits doubled: 1.00 MiB/s to 2.00 MiB/s");
});

test("limits that cannot get lower are said to stay", () => {
  const slow = makePlan(inputOf({ seeders: [{ up: "16KiB/s" }], leechers: [{ up: "8KiB/s" }] }));
  const { input, text } = scaledLimits(slow, 1 / 2);
  expect(text).toBe("upload limits stay as low as they can be: 8.00 KiB/s to 16.0 KiB/s");
  expect(changed(slow, input).run.peers.map(({ settings }) => settings.up)).toEqual([16 * 1024, 8 * 1024]);
  expect(scaledLimits(makePlan(inputOf({ seeders: [{}], leechers: [{}] })), 2).text).toBe(
    "no peer has an upload limit",
  );
});
