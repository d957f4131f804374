import type { Batch } from "../../picture/batch.ts";
import type { PackedPicture } from "../../picture/pack.ts";
import { labData, takeBatch, takePicture } from "./lab-data.ts";

/** After so long out of sight the stream is closed: nobody looks, and coming back costs one picture. */
const HIDDEN_MS = 15_000;
const RETRY_MS = 1500;

/** Follows the lab while the page is in sight. The browser reconnects by itself and says which event it saw last. */
export function followLab(): void {
  let source: EventSource | undefined;
  let lastId = "";
  let hidden: number | undefined;

  function open(): void {
    close();
    source = new EventSource(`/v1/stream${lastId === "" ? "" : `?after=${encodeURIComponent(lastId)}`}`);
    source.addEventListener("picture", (event) => {
      lastId = event.lastEventId;
      takePicture(JSON.parse(event.data) as PackedPicture);
    });
    source.addEventListener("lines", (event) => {
      lastId = event.lastEventId;
      takeBatch(JSON.parse(event.data) as Batch);
    });
    source.addEventListener("grant", (event) => {
      labData.change({ grant: event.data === "admin" ? "admin" : "viewer", stream: "live" });
    });
    source.addEventListener("connected", (event) => labData.change({ connected: event.data === "true" }));
    source.addEventListener("error", () => void lost());
  }

  function close(): void {
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

/** A stream that does not open tells no status; an address that needs the same cookie does. */
async function signedOut(): Promise<boolean> {
  return await fetch("/v1/stream", { method: "HEAD" }).then(
    ({ status }) => status === 401,
    () => false,
  );
}
