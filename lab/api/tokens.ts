import { randomBytes } from "node:crypto";

/** A fresh token: 32 random bytes as base64url. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}
