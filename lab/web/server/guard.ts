import type { IncomingMessage } from "node:http";

/** Why a request may not come in. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
}

/** Names of this machine, and the name that other containers of the lab know the node by. */
const OWN_NAMES = ["127.0.0.1", "localhost", "[::1]", "web"];

/**
 * Refuses what a page of another site could make a browser send. A Host that is none of ours is a page that pointed its
 * own name at 127.0.0.1 (DNS rebinding); an Origin that is not the Host's, or a `Sec-Fetch-Site` that is not ours, is a
 * request from elsewhere. Ports are compared by way of the Origin, for a container does not know where it is published.
 */
export function refusalOf({
  headers,
  method,
  url,
}: Pick<IncomingMessage, "headers" | "method" | "url">): Refusal | undefined {
  const host = (headers.host ?? "").toLowerCase();
  if (!OWN_NAMES.includes(host.replace(/:\d{1,5}$/, "")))
    return { status: 421, error: "this server does not answer to that Host" };
  const { origin } = headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`)
    return { status: 403, error: "requests of other sites are refused" };
  const site = headers["sec-fetch-site"];
  const foreign = site === "cross-site" || site === "same-site";
  const opensPage = method === "GET" && headers["sec-fetch-mode"] === "navigate" && isPage(url);
  if (foreign && !opensPage) return { status: 403, error: "requests of other sites are refused" };
  return undefined;
}

/** A link on another site may open the page, and nothing else. */
function isPage(url: string | undefined): boolean {
  return URL.parse(url ?? "/", "http://web")?.pathname === "/";
}
