import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { apiClient } from "../../api/client.ts";
import { createHub, type Hub } from "../server/hub.ts";
import type { PageFile } from "../server/page-files.ts";
import { webLink } from "../server/tokens.ts";
import { followController } from "../server/upstream.ts";
import { webServer } from "../server/web-server.ts";
import { type FakeController, fakeController, fakeSecrets } from "./fake-controller.ts";

/** A web node in this process, behind it a controller that says what the test wants. */
export interface OpenWeb {
  readonly origin: string;
  readonly port: number;
  readonly hub: Hub;
  readonly controller: FakeController;
  readonly links: { readonly admin: string; readonly viewer: string };
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openWeb(page: ReadonlyMap<string, PageFile>): Promise<OpenWeb> {
  const controller = await fakeController();
  const hub = createHub({ batchMs: 20 });
  const ended = new AbortController();
  const client = (token: string) => apiClient({ url: controller.url, token });
  const server = webServer({
    ...{ hub, page, secrets: fakeSecrets, lab: "test" },
    controller: client(fakeSecrets.admin),
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const following = followController({ client: client(fakeSecrets.viewer), hub, signal: ended.signal });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    ...{ origin, port, hub, controller },
    links: { admin: webLink(fakeSecrets, "admin", origin), viewer: webLink(fakeSecrets, "viewer", origin) },
    async [Symbol.asyncDispose]() {
      ended.abort();
      hub.close();
      server.closeAllConnections();
      server.close();
      await Promise.all([following, once(server, "close")]);
      await controller[Symbol.asyncDispose]();
    },
  };
}
