import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { profileSchema } from "../../profile/schema.ts";
import { SAMPLE_BYTES } from "../../torrents/sample.ts";
import { wantedLab } from "./wanted-lab.ts";

const profile = { ...profileSchema.parse({ seeders: [{}], leechers: [{ count: 2 }] }), name: "mine" };

/** What is wanted where `fill` puts something into the sources. */
function wantedWith(fill: (sources: string) => void) {
  const dir = mkdtempSync(join(tmpdir(), "lab-wanted-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, "sources"));
  fill(join(dir, "sources"));
  return wantedLab({ dir }, profile, "process");
}

test("every leecher needs room for what is shared, or for the sample that would be made", async () => {
  const filled = await wantedWith((sources) => writeFileSync(join(sources, "a.bin"), "12345"));
  expect(filled).toMatchObject({ problem: undefined, needs: { disk: 10, downloaders: 2 } });
  expect(await wantedWith(() => {})).toMatchObject({ problem: undefined, needs: { disk: 2 * SAMPLE_BYTES } });
});

test.each<[string, (sources: string) => void]>([
  ["a link", (sources) => symlinkSync("/etc/hostname", join(sources, "link"))],
  ["an empty folder", (sources) => mkdirSync(join(sources, "empty"))],
  ["an empty file", (sources) => writeFileSync(join(sources, "nothing"), "")],
])("with nothing but %s there is nothing to share, and no sample is thought of", async (_, fill) => {
  expect(await wantedWith(fill)).toMatchObject({
    problem: expect.stringMatching(/nothing in .*sources can be shared: /),
    needs: { disk: 0, downloaders: 0 },
  });
});
