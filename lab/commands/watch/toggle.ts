import { messageOf } from "../../errors.ts";

/**
 * A key that has changes of `sources/` taken up until it is pressed again.
 * @param takeUp ends with its signal. @param mark puts a line into the journal, where all see why a watch gave up.
 * @returns the key: what it did, in one line.
 */
export function watchToggle(
  takeUp: (stop: AbortSignal) => AsyncIterable<unknown>,
  mark: (text: string) => Promise<void>,
): () => Promise<string> {
  let watching: AbortController | undefined;

  return async () => {
    if (watching) {
      watching.abort();
      watching = undefined;
      return "sources/ is not watched any more";
    }
    watching = new AbortController();
    void watch(watching);
    return "watching sources/: what changes there is taken up";
  };

  async function watch(current: AbortController): Promise<void> {
    const problem = await takeAll(takeUp(current.signal));
    if (watching === current) watching = undefined;
    if (problem !== undefined) await mark(`sources/ is not watched any more: ${problem}`).catch(() => {});
  }
}

/** Why it ended, if it was not meant to. The journal tells what was taken up. */
async function takeAll(changes: AsyncIterable<unknown>): Promise<string | undefined> {
  try {
    for await (const _ of changes);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
