/** The node's upload limit, shared fairly: the blocks of all connections take turns, and only blocks are held back. */
export interface Uplink {
  /** Payload bytes per second: `null` is no limit, 0 holds all blocks back. */
  limit(bytesPerSecond: number | null): void;
  /** The lane of a new connection; `unsent` is how many bytes its socket did not take yet. */
  lane(unsent: () => number): Lane;
  /** Milliseconds for which nothing has been sent because there is nothing, or nobody takes it; 0 where nothing may be sent. */
  idleFor(): number;
}

export interface Lane {
  add(block: WaitingBlock): void;
  /** The socket took some. */
  drained(): void;
  /** Blocks that wait. */
  readonly waiting: number;
  close(): void;
}

export interface WaitingBlock {
  readonly length: number;
  /** Not when it was cancelled meanwhile. */
  wanted(): boolean;
  send(): void;
}

interface LaneState {
  readonly queue: WaitingBlock[];
  readonly unsent: () => number;
}

/** What may wait behind one socket: enough to keep it busy, so little that a `have` is not held up behind it. */
const UNSENT_LIMIT = 256 * 1024;
/** Time whose share of the limit is not lost when nobody wanted anything in it. */
const BURST_MS = 50;
/** Time that is caught up with when this process was held up. */
const CATCH_UP_MS = 500;

/**
 * Unlike a limit on all bytes in order of arrival, control messages pass at once, no connection's queue holds up
 * another's, and what is counted is the payload alone. Begins with all blocks held back.
 */
export function createUplink(): Uplink {
  /** In the order of their turns. */
  const lanes: LaneState[] = [];
  let rate: number | null = 0;
  /** When the uplink is free for the next block. */
  let freeAt = performance.now();
  /** Since when there is nothing to send, or nobody takes it. */
  let idleSince: number | undefined = freeAt;
  let timer: NodeJS.Timeout | undefined;

  return {
    limit(bytesPerSecond) {
      rate = bytesPerSecond;
      freeAt = performance.now();
      wake();
    },
    lane(unsent) {
      const lane: LaneState = { queue: [], unsent };
      lanes.push(lane);
      return {
        add(block) {
          lane.queue.push(block);
          if (!timer) pump();
        },
        drained() {
          // What a socket still takes is on its way; one that takes nothing any more keeps nobody else waiting.
          if (idleSince !== undefined) idleSince = performance.now();
          if (!timer && lane.queue.length > 0) pump();
        },
        get waiting() {
          return lane.queue.length;
        },
        close() {
          if (lanes.includes(lane)) lanes.splice(lanes.indexOf(lane), 1);
          lane.queue.length = 0;
        },
      };
    },
    idleFor: () => (rate === 0 || idleSince === undefined ? 0 : performance.now() - idleSince),
  };

  function wake(): void {
    clearTimeout(timer);
    timer = undefined;
    pump();
  }

  function pump(): void {
    for (;;) {
      const lane = rate === 0 ? undefined : nextLane();
      if (!lane) {
        idleSince ??= performance.now();
        return;
      }
      const now = performance.now();
      freeAt = Math.max(freeAt, now - (idleSince === undefined ? CATCH_UP_MS : BURST_MS));
      idleSince = undefined;
      if (rate !== null && freeAt > now) {
        timer = setTimeout(wake, freeAt - now);
        return;
      }
      send(lane);
    }
  }

  function nextLane(): LaneState | undefined {
    return lanes.find(({ queue, unsent }) => {
      while (queue[0]?.wanted() === false) queue.shift();
      return queue.length > 0 && unsent() < UNSENT_LIMIT;
    });
  }

  function send(lane: LaneState): void {
    const block = lane.queue.shift();
    if (!block) return;
    if (rate) freeAt += (block.length / rate) * 1000;
    lanes.splice(lanes.indexOf(lane), 1);
    lanes.push(lane);
    block.send();
  }
}
