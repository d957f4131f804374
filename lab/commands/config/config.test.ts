import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makePlan } from "../../plan/make-plan.ts";
import { inputOf } from "../../plan/plan.fixture.ts";
import { labFolder } from "../../runtime/folder.ts";
import type { FoundLab } from "../find-lab.ts";
import { composeFileOf } from "./config.ts";

const plan = makePlan(inputOf({ seeders: [{}] }, { runtime: "docker" }));

function labWith(known: FoundLab["plan"]): FoundLab {
  const dir = mkdtempSync(join(tmpdir(), "lab-config-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return { name: "demo", plan: known, folder: labFolder(dir, "demo") } as FoundLab;
}

test("the compose file is printed as it is", () => {
  const lab = labWith(plan);
  mkdirSync(lab.folder.root, { recursive: true });
  writeFileSync(lab.folder.compose, "name: lab-demo\n");
  expect(composeFileOf(lab)).toBe("name: lab-demo\n");
});

test("of a lab whose folder is lost it is said, as of one that lost only this file", () => {
  expect(() => composeFileOf(labWith(undefined))).toThrow(
    expect.objectContaining({
      kind: "failed",
      message: expect.stringMatching(/the files of the lab "demo" in .* are gone/),
    }),
  );
  expect(() => composeFileOf(labWith(plan))).toThrow(
    expect.objectContaining({ kind: "failed", message: expect.stringMatching(/the compose file .* is gone/) }),
  );
});
