import { createHmac, timingSafeEqual } from "node:crypto";

/** What a visitor of the web UI may do: change the lab, or only look. */
export type Grant = "admin" | "viewer";

/** The controller's tokens, which the web node uses towards it and never shows a browser. */
export interface Secrets {
  readonly admin: string;
  readonly viewer: string;
}

/**
 * The token in a link. Derived from the controller's token (HMAC-SHA-256, RFC 2104), so that nothing new has to be stored
 * or handed over, and a link in a browser's history or on a projector does not open the controller.
 */
export function linkToken(secrets: Secrets, grant: Grant): string {
  return derive(secrets[grant], `web-link:${grant}`);
}

/** What the cookie holds instead of the link's token. */
export function cookieToken(secrets: Secrets, grant: Grant): string {
  return derive(secrets[grant], `web-cookie:${grant}`);
}

/** The grant whose token, as `expected` tells it, this is. */
export function grantOf(token: string, expected: (grant: Grant) => string): Grant | undefined {
  const matches = (["admin", "viewer"] as const).filter((grant) => sameToken(token, expected(grant)));
  return matches[0];
}

/** In constant time, on digests of equal length. */
function sameToken(given: string, expected: string): boolean {
  const digest = (text: string) => createHmac("sha256", "compare").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** `http://host:port/?token=…`, or `?view=…` for those who may only look. */
export function webLink(secrets: Secrets, grant: Grant, origin: string): string {
  return `${origin}/?${grant === "admin" ? "token" : "view"}=${linkToken(secrets, grant)}`;
}

function derive(secret: string, purpose: string): string {
  return createHmac("sha256", secret).update(purpose).digest("base64url");
}
