import { readFile } from "node:fs/promises";
import type { NodeEnvironment } from "../../api/environment.ts";
import { parseMetainfo } from "../../swarm/metainfo.ts";
import { metainfoLimits } from "../../swarm/metainfo-limits.ts";
import { httpGet } from "../http-get.ts";
import type { Content } from "./content.ts";

const TIMEOUT_MS = 30_000;

/**
 * Fetches a torrent's file from the controller and judges it.
 * @throws where it is not to be had, is refused, or is another torrent's.
 */
export async function fetchTorrent(
  { controller, tokenFile }: Pick<NodeEnvironment, "controller" | "tokenFile">,
  infoHash: string,
  signal: AbortSignal,
): Promise<Content> {
  const url = `${controller.replace(/\/$/, "")}/v1/torrents/${infoHash}.torrent`;
  const token = tokenFile === "" ? "" : (await readFile(tokenFile, "utf8")).trim();
  const { status, body } = await httpGet(url, {
    headers: { authorization: `Bearer ${token}` },
    limit: metainfoLimits.fileSize,
    timeout: TIMEOUT_MS,
    signal,
  });
  if (status !== 200) throw new Error(`the controller answered ${status} for the torrent file`);
  const result = parseMetainfo(body);
  if (!result.ok) throw new Error(`the torrent file is refused: ${result.field ?? ""} ${result.reason}`);
  if (result.metainfo.infoHash !== infoHash) throw new Error("the torrent file has another info-hash");
  return { ...result.metainfo, bytes: body };
}
