/** What must not be left behind when somebody ends a bench half-way: labs, containers, folders. */
const works = new Set<() => Promise<unknown>>();

/** Does `work` on Ctrl-C or SIGTERM, until the returned function says that it was done otherwise. */
export function onInterrupt(work: () => Promise<unknown>): () => void {
  works.add(work);
  return () => works.delete(work);
}

export function handleSignals(): void {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)
    process.once(signal, () => {
      console.error("bench: cleaning up; once more ends it at once");
      process.once(signal, () => process.exit(code));
      Promise.allSettled([...works].map((work) => work())).finally(() => process.exit(code));
    });
}
