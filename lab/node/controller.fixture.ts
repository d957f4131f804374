import { type WebSocket, WebSocketServer } from "ws";
import { type ToController, toController, type Welcome } from "../api/node.ts";

export function welcome(node: string, interval = 5): Welcome {
  return { type: "welcome", node, settings: { interval }, torrents: [] };
}

export type TinyController = Awaited<ReturnType<typeof startController>>;

/** As much of a controller as a node sees: it answers every hello and keeps what it was told. For tests. */
export async function startController(port = 0) {
  const server = new WebSocketServer({ host: "127.0.0.1", port, path: "/v1/node" });
  await new Promise((resolve) => server.once("listening", resolve));
  const messages: ToController[] = [];
  const facts = () => messages.flatMap((message) => (message.type === "facts" ? message.facts : []));
  let node: WebSocket | undefined;
  const self = {
    port: (server.address() as { port: number }).port,
    messages,
    refuse: "",
    interval: 5,
    facts,
    addresses: () => facts().map((fact) => ("address" in fact ? fact.address : "")),
    open: () => server.clients.size,
    sendText: (text: string) => node?.send(text),
    send: (message: object) => node?.send(JSON.stringify(message)),
    stop: async () => {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on("connection", (socket) => {
    node = socket;
    socket.on("message", (data) => {
      const message = toController.parse(JSON.parse(String(data)));
      messages.push(message);
      if (message.type !== "hello") return;
      if (self.refuse) self.send({ type: "refused", reason: self.refuse });
      else self.send(welcome(message.node || "named-1", self.interval));
    });
  });
  return self;
}
