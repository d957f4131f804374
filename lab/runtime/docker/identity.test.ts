import { expect, test } from "vitest";
import { identityFor } from "./identity.ts";

const docker = { kind: "docker", rootless: false } as const;

test("containers run as the caller, who can read what they are to share", () => {
  expect(identityFor(docker, { uid: 1234, gid: 100 })).toEqual({
    user: "1234:100",
    userns: undefined,
    owner: undefined,
  });
});

test("for a root caller they run as 1000, which then owns what they write", () => {
  expect(identityFor(docker, { uid: 0, gid: 0 })).toEqual({
    user: "1000:1000",
    userns: undefined,
    owner: { uid: 1000, gid: 1000 },
  });
});

test("a rootless engine maps the caller: Docker as its root, Podman as the same ids", () => {
  const caller = { uid: 1234, gid: 100 };
  expect(identityFor({ kind: "docker", rootless: true }, caller).user).toBe("0:0");
  expect(identityFor({ kind: "podman", rootless: true }, caller)).toMatchObject({
    user: "1234:100",
    userns: "keep-id",
  });
});

test("where there are no user ids, containers are still not root", () => {
  expect(identityFor(docker, undefined)).toEqual({ user: "1000:1000", userns: undefined, owner: undefined });
});
