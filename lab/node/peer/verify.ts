import { createHash } from "node:crypto";
import type { VerifyReport } from "../../api/journal.ts";
import type { Content } from "./content.ts";
import { openDownload, openSource } from "./safe-open.ts";
import type { DataFolder } from "./store.ts";

/** SHA-256 and true length of every file as it lies on the disk now; paths begin with the torrent's name. */
export async function hashFiles(content: Content, folder: DataFolder): Promise<VerifyReport[number]["files"]> {
  const files: VerifyReport[number]["files"] = [];
  for (const { path, pad } of content.files) if (!pad) files.push(await hashFile(path, folder));
  return files;
}

async function hashFile(path: readonly string[], { root, kind }: DataFolder) {
  const handle = await (kind === "source" ? openSource(root, path) : openDownload(root, path));
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of handle.createReadStream({ highWaterMark: 256 * 1024 })) {
    hash.update(chunk);
    length += chunk.length;
  }
  return { path: path.join("/"), length, sha256: hash.digest("hex") };
}
