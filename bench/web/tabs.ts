import { request } from "node:http";
import { webLink } from "../../lab/web/server/tokens.ts";
import type { FedLab } from "./fed-lab.ts";

/** Tabs that only read, as browsers would. */
export interface Tabs extends Disposable {
  /** That came to the first of them so far. */
  readonly bytes: number;
}

export async function openTabs(count: number, { origin, secrets }: FedLab): Promise<Tabs> {
  const answer = await fetch(webLink(secrets, "viewer", origin), { redirect: "manual" });
  const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const ended = new AbortController();
  let bytes = 0;
  for (let tab = 0; tab < count; tab += 1)
    request(
      `${origin}/v1/stream`,
      { headers: { cookie, "accept-encoding": "gzip" }, signal: ended.signal, agent: false },
      (response) => {
        response.on("error", () => {});
        response.on("data", (piece: Buffer) => {
          if (tab === 0) bytes += piece.length;
        });
      },
    )
      .on("error", () => {})
      .end();
  return {
    get bytes() {
      return bytes;
    },
    [Symbol.dispose]: () => ended.abort(),
  };
}
