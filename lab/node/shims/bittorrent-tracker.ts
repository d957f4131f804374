import TrackerClient from "bittorrent-tracker/client";

/**
 * In place of `bittorrent-tracker`: its client, with a tracker's answers kept from doing harm. An answer of odd types
 * makes the stock one throw in a promise that nobody awaits, which ends the process; an interval below zero or beyond
 * 24 days makes it announce a thousand times a second. Timing is left to who listens for `interval` (seconds).
 */
export class Client extends TrackerClient {
  constructor(options: object) {
    super(options);
    for (const tracker of this._trackers) {
      const request = tracker._request.bind(tracker);
      tracker._request = async (...args) => {
        try {
          await request(...args);
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
