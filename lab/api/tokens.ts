import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** A fresh secret: 32 random bytes as base64url. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * The token of a node: derived from the lab's node key, so that the controller knows the token of a node that joins later
 * without a new file. HMAC-SHA-256 (RFC 2104), base64url.
 */
export function nodeToken(nodeKey: string, node: string): string {
  return createHmac("sha256", nodeKey).update(`node:${node}`).digest("base64url");
}

/** Compares in constant time. */
export function sameToken(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
