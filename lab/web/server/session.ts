import type { IncomingMessage } from "node:http";
import { cookieToken, type Grant, grantOf, linkToken, type Secrets } from "./tokens.ts";

/** Who a visitor is: by link once, then by cookie; programs by bearer token. */
export interface Sessions {
  /** The grant of the cookie; of two, the one that may do more. */
  ofCookie(request: IncomingMessage): Grant | undefined;
  /** The grant of `Authorization: Bearer`, with the token of a link or of the controller. */
  ofBearer(request: IncomingMessage): Grant | undefined;
  /** The grant of `?token=` or `?view=`, and the cookie that stands for it; `bad` when the token is not ours. */
  ofLink(url: URL): { readonly grant: Grant; readonly cookie: string } | "bad" | undefined;
}

/**
 * A cookie a grant: who opens the read-only link in a browser that has the other one keeps the right to change.
 * @param lab in the cookies' names, for cookies do not tell ports apart and two labs may be open side by side.
 */
export function openSessions(secrets: Secrets, lab: string): Sessions {
  const name = `torrent-lab-${lab || "lab"}`;
  // No name of a lab has a dot.
  const names = { admin: name, viewer: `${name}.view` } as const;
  return {
    ofCookie({ headers }) {
      const values = [names.admin, names.viewer].map((one) => readCookie(headers.cookie ?? "", one));
      const grants = values.map((value) => value && grantOf(value, (grant) => cookieToken(secrets, grant)));
      return grants.includes("admin") ? "admin" : grants.includes("viewer") ? "viewer" : undefined;
    },
    ofBearer({ headers }) {
      const token = /^Bearer ([\x21-\x7e]{1,200})$/.exec(headers.authorization ?? "")?.[1];
      if (token === undefined) return undefined;
      return grantOf(token, (grant) => secrets[grant]) ?? grantOf(token, (grant) => linkToken(secrets, grant));
    },
    ofLink({ searchParams }) {
      const [admin, viewer] = [searchParams.get("token"), searchParams.get("view")];
      if (admin === null && viewer === null) return undefined;
      const found = grantOf(admin ?? viewer ?? "", (grant) => linkToken(secrets, grant));
      const grant = admin !== null ? found : found && "viewer";
      if (!grant) return "bad";
      return { grant, cookie: `${names[grant]}=${cookieToken(secrets, grant)}; Path=/; HttpOnly; SameSite=Strict` };
    },
  };
}

function readCookie(header: string, name: string): string | undefined {
  const pairs = header.split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([key]) => key === name)?.[1];
}
