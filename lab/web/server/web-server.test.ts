import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../api/client.ts";
import { fakeSecrets } from "../testing/fake-controller.ts";
import { type OpenWeb, openWeb } from "../testing/open-web.ts";
import { relayCommand } from "./commands.ts";
import { linkToken } from "./tokens.ts";

let web: OpenWeb;
let admin = "";
let viewer = "";

beforeAll(async () => {
  const plain = Buffer.from("<!doctype html><title>page</title>");
  web = await openWeb(new Map([["/index.html", { type: "text/html", plain, gzip: plain }]]));
  admin = await signIn(web.links.admin);
  viewer = await signIn(web.links.viewer);
});
afterAll(() => web[Symbol.asyncDispose]());

test("a link becomes a strict cookie that scripts cannot read, and leaves the address bar", async () => {
  const answer = await get(`${new URL(web.links.admin).search}&projector=1`);
  expect(answer.status).toBe(303);
  expect(answer.headers.location).toBe("/?projector=1");
  const [cookie = ""] = answer.headers["set-cookie"] ?? [];
  expect(cookie).toMatch(/^torrent-lab-test=[\w-]+; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(cookie).not.toContain(linkToken(fakeSecrets, "admin"));
  expect(cookie).not.toContain(fakeSecrets.admin);
});

test("the page opens with the cookie and with nothing else", async () => {
  expect((await get("/", { cookie: admin })).status).toBe(200);
  expect((await get("/", { cookie: viewer })).status).toBe(200);
  expect((await get("/")).status).toBe(401);
  expect((await get("/", { cookie: "torrent-lab-test=made-up" })).status).toBe(401);
  expect((await get("/?token=made-up")).status).toBe(401);
  expect((await get("/?view=made-up", { cookie: admin })).status).toBe(401);
});

test("the token of the read-only link does not open the other one", async () => {
  expect((await get(`/?token=${linkToken(fakeSecrets, "viewer")}`)).headers["set-cookie"]?.[0]).not.toContain(
    admin.split("=")[1],
  );
  expect((await post({ cookie: viewer, origin: web.origin })).status).toBe(403);
});

test("the admin's link opened as a read-only one can only look", async () => {
  const cookie = await signIn(web.links.admin.replace("token=", "view="));
  expect((await post({ cookie, origin: web.origin })).status).toBe(403);
});

test("a browser that holds both cookies may change the lab in the one tab and only look in the other", async () => {
  const both = `${viewer}; ${admin}`;
  expect(viewer.split("=")[0]).not.toBe(admin.split("=")[0]);
  expect((await post({ cookie: both, origin: web.origin }, "not json")).status).toBe(400);
  expect(await grantOf("/v1/stream", both)).toBe("admin");
  const looks = String((await get(`/${new URL(web.links.viewer).search}`)).headers.location);
  expect(looks).toBe("/?look=1");
  expect(await grantOf(`/v1/stream${new URL(looks, web.origin).search}`, both)).toBe("viewer");
  const back = await get(`/${new URL(web.links.admin).search}&look=1`);
  expect(back.headers.location).toBe("/");
});

test("a cookie is worth nothing under the name of the other", async () => {
  const swapped = `${admin.split("=")[0]}=${viewer.split("=")[1]}`;
  expect((await post({ cookie: swapped, origin: web.origin })).status).toBe(403);
});

test.each([
  ["another name", "evil.example:80"],
  ["a name that ends like ours", "127.0.0.1.evil.example"],
  ["a name that begins like ours", "localhost.evil.example:7070"],
  ["an address with another in it", "127.0.0.1:7070@evil.example"],
  ["another address of this machine", "0.0.0.0:7070"],
])("X06: a Host of %s is refused everywhere", async (_, host) => {
  for (const path of ["/", "/healthz", "/metrics", "/v1/stream", "/index.html"])
    expect((await get(path, { cookie: admin, host })).status).toBe(421);
  expect((await post({ cookie: admin, host })).status).toBe(421);
});

test("localhost, the IPv6 loopback and the container's name are this machine", async () => {
  for (const host of ["localhost", `localhost:${web.port}`, "[::1]:7070", "web:7070", "LOCALHOST:7070"])
    expect((await get("/healthz", { host })).status).toBe(200);
});

test.each([
  ["another site", "http://evil.example"],
  ["another port of this machine", "http://127.0.0.1:3000"],
  ["no site at all", "null"],
  ["the same name over another scheme", "https://127.0.0.1:PORT"],
])("X06: an Origin of %s is refused for stream and commands", async (_, origin) => {
  const headers = { cookie: admin, origin: origin.replace("PORT", `${web.port}`) };
  expect((await get("/v1/stream", headers)).status).toBe(403);
  expect((await post(headers)).status).toBe(403);
});

test("what a page of another site makes the browser fetch is refused, but a link on it may open the page", async () => {
  const from = { cookie: admin, "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" };
  for (const path of ["/", "/v1/stream", "/metrics", "/index.html"]) expect((await get(path, from)).status).toBe(403);
  const link = { cookie: admin, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  expect((await get("/", link)).status).toBe(200);
  expect((await get("/v1/stream", link)).status).toBe(403);
});

test("a followed link on another site, to which no strict cookie is sent, asks again from a page of ours", async () => {
  const answer = await get("/", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" });
  expect(answer.body).toContain('http-equiv="refresh"');
  const projector = await get("/?projector=1&a=%22b", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" });
  expect(projector.body).toContain('href="/?projector=1&#38;a=%22b"');
  expect((await get("/", { "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate" })).body).not.toContain(
    "refresh",
  );
});

test("a command needs the admin's cookie, the page's own origin and JSON, and reaches the controller with its token", async () => {
  const good = { cookie: admin, origin: web.origin };
  expect((await post({ origin: web.origin })).status).toBe(401);
  expect((await post({ cookie: admin })).status).toBe(403);
  expect((await post({ origin: web.origin, authorization: `Bearer ${fakeSecrets.admin}` })).status).toBe(401);
  expect((await post({ ...good, "content-type": "text/plain" })).status).toBe(415);
  expect((await post({ ...good, "content-type": "application/x-www-form-urlencoded" })).status).toBe(415);
  expect((await post(good, "not json")).status).toBe(400);
  expect((await post(good, JSON.stringify({ type: "mark" }))).status).toBe(400);
  expect((await post(good, JSON.stringify({ type: "mark", text: "x".repeat(100_000) }))).status).toBe(413);
  expect(web.controller.commands).toEqual([]);
  const answer = await post(good);
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { ok: true }]);
  expect(web.controller.commands).toEqual([{ type: "mark", text: "now" }]);
});

test.each([{ type: "stopping" }, { type: "verify" }, { type: "node", node: "a", state: "failed" }])(
  "the page cannot ask for what is for the command line: $type",
  async (command) => {
    const before = web.controller.commands.length;
    expect((await post({ cookie: admin, origin: web.origin }, JSON.stringify(command))).status).toBe(403);
    expect(web.controller.commands).toHaveLength(before);
  },
);

test("X06: GET changes nothing and other methods do not work", async () => {
  const before = web.controller.commands.length;
  for (const path of ["/v1/commands", "/v1/commands?type=heal"])
    expect((await get(path, { cookie: admin, origin: web.origin })).status).toBe(404);
  for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"])
    expect((await ask(method, "/v1/commands", { cookie: admin, origin: web.origin })).status).toBe(405);
  expect(web.controller.commands).toHaveLength(before);
});

test("an address that is none is refused, and the server goes on", async () => {
  expect((await get("//", { cookie: admin })).status).toBe(400);
  expect(
    (await get("//", { cookie: admin, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).status,
  ).toBe(403);
  expect((await get("/healthz")).status).toBe(200);
});

test("a page's files come over one connection", async () => {
  expect((await get("/healthz")).headers.connection).toBe("keep-alive");
  expect((await get("/", { cookie: admin })).headers.connection).toBe("keep-alive");
});

test("a lab that takes too long may still do what it was asked, which the answer says", async () => {
  const request = Object.assign(Readable.from([Buffer.from('{"type":"heal"}')]), {
    headers: { "content-type": "application/json" },
  }) as unknown as IncomingMessage;
  const never: Pick<ApiClient, "command"> = {
    command: (_, { signal } = {}) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
  };
  const { status, body } = await relayCommand(request, never, 20);
  expect(status).toBe(504);
  expect(JSON.parse(String(body)).error).toContain("may still do it");
});

test("X07: every answer forbids scripts of others, frames, sniffing and caches, whatever its status", async () => {
  const answers = [
    await get("/"),
    await get("/", { cookie: admin }),
    await get("/nothing"),
    await get("/", { host: "x" }),
  ];
  for (const { headers } of [...answers, await post({})]) {
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|http/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  }
});

test("metrics take the cookie or a token, of the link or of the controller", async () => {
  expect((await get("/metrics")).status).toBe(401);
  expect((await get("/metrics", { authorization: "Bearer made-up" })).status).toBe(401);
  for (const token of [fakeSecrets.viewer, fakeSecrets.admin, linkToken(fakeSecrets, "viewer")])
    expect((await get("/metrics", { authorization: `Bearer ${token}` })).status).toBe(200);
  const answer = await get("/metrics", { cookie: viewer });
  expect(answer.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
});

test("no answer and no link holds the controller's tokens", async () => {
  const texts = [web.links.admin, web.links.viewer, admin, viewer, (await get("/metrics", { cookie: admin })).body];
  for (const text of texts) for (const secret of Object.values(fakeSecrets)) expect(text).not.toContain(secret);
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the stream says that its reader may do. */
async function grantOf(path: string, cookie: string): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const asked = request({ host: "127.0.0.1", port: web.port, path, headers: { cookie } }, (response) => {
    response.setEncoding("utf8").once("data", (text: string) => {
      resolve(text);
      response.destroy();
    });
  });
  asked.on("error", reject);
  asked.end();
  return /^event: grant\ndata: (.*)$/m.exec(await promise)?.[1];
}

async function signIn(link: string): Promise<string> {
  const { headers } = await get(`/${new URL(link).search}`);
  return String(headers["set-cookie"]?.[0]).split(";")[0] ?? "";
}

function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return ask("GET", path.startsWith("?") ? `/${path}` : path, headers);
}

function post(headers: Record<string, string>, body = '{"type":"mark","text":"now"}'): Promise<Answer> {
  return ask("POST", "/v1/commands", { "content-type": "application/json", ...headers }, body);
}

/** Not `fetch`: that does not let one choose the Host. */
function ask(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const options = { host: "127.0.0.1", port: web.port, method, path, headers };
  const asked = request(options, (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    response.on("error", reject);
  });
  asked.on("error", reject);
  asked.end(body);
  return promise;
}
