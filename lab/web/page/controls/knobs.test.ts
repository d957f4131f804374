import { expect, test } from "vitest";
import { emptyForm, readKnobs } from "./knobs.ts";

test("only fields that were filled change something", () => {
  expect(readKnobs({ ...emptyForm, up: "500KiB/s" })).toEqual({ ok: true, settings: { up: 512_000 } });
  expect(readKnobs({ ...emptyForm, down: "unlimited", slots: "0", strategy: "sequential" })).toEqual({
    ok: true,
    settings: { down: null, slots: 0, strategy: "sequential" },
  });
  expect(readKnobs({ ...emptyForm, endgame: "off", superSeeding: "on" })).toEqual({
    ok: true,
    settings: { endgame: false, superSeeding: true },
  });
});

test.each([
  ["nothing", {}],
  ["a rate that is none", { up: "fast" }],
  ["half a slot", { slots: "1.5" }],
  ["less than no slot", { slots: "-1" }],
  ["too many slots", { slots: "101" }],
])("%s is refused with a reason", (_, fields) => {
  expect(readKnobs({ ...emptyForm, ...fields })).toMatchObject({ ok: false, error: expect.any(String) });
});
