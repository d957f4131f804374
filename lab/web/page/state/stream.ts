import type { Batch } from "../../picture/batch.ts";
import type { PackedPicture } from "../../picture/pack.ts";
import { labData, takeBatch, takePicture } from "./lab-data.ts";

/** After so long out of sight the stream is closed: nobody looks, and coming back costs one picture. */
const HIDDEN_MS = 15_000;
const RETRY_MS = 1500;
/** The web node says something every 10 s; after so long without a word the connection is dead, whoever still holds it. */
const SILENCE_MS = 25_000;

/** Follows the lab while the page is in sight. The browser reconnects by itself and says which event it saw last. */
export function followLab(): void {
  let source: EventSource | undefined;
  let lastId = "";
  let hidden: number | undefined;
  let silence: number | undefined;

  function open(): void {
    close();
    const opened = new EventSource(streamUrl(lastId));
    source = opened;
    const on = (type: string, take: (event: MessageEvent<string>) => void) =>
      opened.addEventListener(type, (event) => {
        listen();
        take(event);
      });
    on("picture", ({ data, lastEventId }) => {
      lastId = lastEventId;
      takePicture(JSON.parse(data) as PackedPicture);
    });
    on("lines", ({ data, lastEventId }) => {
      lastId = lastEventId;
      takeBatch(JSON.parse(data) as Batch);
    });
    on("grant", ({ data }) => labData.change({ grant: data === "admin" ? "admin" : "viewer", stream: "live" }));
    on("connected", ({ data }) => labData.change({ connected: data === "true" }));
    on("alive", () => {});
    opened.addEventListener("error", () => void lost());
    listen();
  }

  function listen(): void {
    clearTimeout(silence);
    silence = window.setTimeout(() => {
      labData.change({ stream: "lost" });
      open();
    }, SILENCE_MS);
  }

  function close(): void {
    clearTimeout(silence);
    source?.close();
    source = undefined;
  }

  async function lost(): Promise<void> {
    labData.change({ stream: "lost" });
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    if (await signedOut()) labData.change({ stream: "signed-out" });
    else setTimeout(() => !source && !document.hidden && open(), RETRY_MS);
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = window.setTimeout(close, HIDDEN_MS);
    else if (!source) open();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", () => !source && open());
  open();
}

/** A tab of the read-only link says so, for the browser may hold the other link's cookie too. */
function streamUrl(lastId: string): string {
  const query = new URLSearchParams();
  if (lastId !== "") query.set("after", lastId);
  if (new URLSearchParams(location.search).has("look")) query.set("look", "1");
  return query.size === 0 ? "/v1/stream" : `/v1/stream?${query}`;
}

/** A stream that does not open tells no status; an address that needs the same cookie does. */
async function signedOut(): Promise<boolean> {
  return await fetch("/v1/stream", { method: "HEAD" }).then(
    ({ status }) => status === 401,
    () => false,
  );
}
