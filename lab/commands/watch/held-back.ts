import { Writable } from "node:stream";
import type { World } from "../world.ts";

/** The world with a stderr that keeps its lines for later: on the dashboard's screen they would be lost, and be in the way. */
export function heldBack(world: World): { world: World; print: () => void } {
  const chunks: Buffer[] = [];
  const held = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return {
    world: { ...world, stderr: held as NodeJS.WriteStream },
    print() {
      for (const chunk of chunks.splice(0)) world.stderr.write(chunk);
    },
  };
}
