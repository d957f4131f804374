import { expect, test } from "vitest";
import { runtimesHere } from "./runtimes.ts";
import { openScene } from "./scene.ts";

test("down --all removes every lab, in whatever runtime and folder, and says which", async ({ skip }) => {
  await using asker = await openScene("process", "asker");
  const { labs } = JSON.parse((await asker.ok("ls", "--json")).stdout);
  skip(labs.length > 0, "somebody's labs run here, which it would remove too");
  await using stack = new AsyncDisposableStack();
  const scenes = [];
  for (const runtime of [...runtimesHere, "process" as const]) {
    const scene = stack.use(await openScene(runtime, "all"));
    scenes.push(scene);
    scene.env.XDG_STATE_HOME = asker.env.XDG_STATE_HOME ?? "";
    scene.source("byte", "x");
    await scene.ok("up", "-d", "--wait", "--name", scene.name, "--runtime", runtime, "--leechers", "1");
  }
  const { stdout } = await asker.ok("down", "--all");
  expect(stdout.match(/(?<=^removed )[^:]+/gm)?.sort()).toEqual(scenes.map(({ name }) => name).sort());
  for (const scene of scenes) expect(await scene.leftovers()).toEqual([]);
  expect(await asker.ok("down", "--all")).toMatchObject({ stdout: "nothing to do: no lab is running\n" });
});
