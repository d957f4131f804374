import type Docker from "dockerode";
import { logLines } from "./log-frames.ts";

export interface TcRequest {
  readonly client: Docker;
  /** The image with `tc`. */
  readonly image: string;
  /** `container:ID` for the network of a container, `none` for one of its own. */
  readonly network: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface TcAnswer {
  readonly exitCode: number;
  /** What it wrote, both streams. */
  readonly output: string;
}

/**
 * Runs `tc` with these exact arguments in a container of its own, which may change the network it is put into and nothing
 * else, and is gone afterwards.
 */
export async function runTc({ client, image, network, labels }: TcRequest, argv: readonly string[]): Promise<TcAnswer> {
  const container = await client.createContainer({
    Image: image,
    Cmd: [...argv],
    Labels: { ...labels },
    HostConfig: {
      NetworkMode: network,
      CapDrop: ["ALL"],
      CapAdd: ["NET_ADMIN"],
      SecurityOpt: ["no-new-privileges:true"],
      ReadonlyRootfs: true,
      Memory: 64 * 1024 ** 2,
      PidsLimit: 16,
      LogConfig: { Type: "json-file", Config: {} },
    },
  });
  try {
    await container.start();
    const { StatusCode: exitCode } = (await container.wait()) as { StatusCode: number };
    return { exitCode, output: await outputOf(container) };
  } finally {
    await container.remove({ force: true, v: true });
  }
}

async function outputOf(container: Docker.Container): Promise<string> {
  const written = await container.logs({ follow: false, stdout: true, stderr: true, timestamps: true });
  const lines: string[] = [];
  for await (const { text } of logLines([written])) lines.push(text);
  return lines.join("\n").trim();
}
