import TrackerClient, { type Transport } from "bittorrent-tracker/client";

/**
 * In place of `bittorrent-tracker`: its client, with a tracker's answers kept from doing harm. An answer of odd types
 * makes the stock one throw in a promise that nobody awaits, which ends the process; an interval below zero or beyond
 * 24 days makes it announce a thousand times a second; and of a tracker that does not answer it keeps every request, for
 * which it waits a second when it leaves. Timing is left to who listens for `interval` (seconds), and what to say again to
 * who listens for `announced` (event, error), as over HTTP.
 */
export class Client extends TrackerClient {
  constructor(options: object) {
    super(options);
    for (const tracker of this._trackers) {
      const request = tracker._request.bind(tracker);
      tracker._request = async (url, announce, done) => {
        const ended: typeof done = (error, answer) => {
          this.emit("announced", announce?.event, error);
          done?.(error, answer);
        };
        try {
          await settled(tracker, () => request(url, announce, ended));
        } catch (error) {
          this.emit("warning", error);
        }
      };
      tracker.setInterval = (ms) => {
        if (ms !== undefined) this.emit("interval", ms / 1000);
      };
    }
  }
}

/** Makes a request; once it has ended it is off the list of those that leaving waits for. */
async function settled(tracker: Transport, request: () => unknown): Promise<void> {
  const { length } = tracker.cleanupFns;
  const ended = request();
  // One over UDP has only begun here, and takes itself off.
  if (!(ended instanceof Promise)) return;
  const cleanup = tracker.cleanupFns[length];
  try {
    await ended;
  } finally {
    const at = tracker.cleanupFns.indexOf(cleanup);
    if (at >= 0) tracker.cleanupFns.splice(at, 1);
    tracker.maybeDestroyCleanup?.();
  }
}
