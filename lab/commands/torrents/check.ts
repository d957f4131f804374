import { exitCodes } from "../../errors.ts";
import { checkTorrentFile } from "../../torrents/check.ts";
import { formatBytes, printable } from "../../units.ts";
import { print, printJson, type World } from "../world.ts";

/** `lab torrents check FILE`: exit 0 accepted, 2 refused. */
export async function checkFile(world: World, file: string, flags: { json: boolean }): Promise<number> {
  const check = await checkTorrentFile(file);
  if (!check.ok) {
    const { reason, field = null, infoHash = null } = check;
    if (flags.json) printJson(world, { schemaVersion: 1, ok: false, reason, field, infoHash });
    else
      print(
        world,
        `refused: ${field === null ? "" : `${field}: `}${printable(reason)}${infoHash ? ` (${infoHash})` : ""}`,
      );
    return exitCodes.usage;
  }
  const { metainfo } = check;
  const { infoHash, name, length, pieceLength, pieceCount, files } = metainfo;
  if (flags.json) {
    printJson(world, {
      schemaVersion: 1,
      ok: true,
      infoHash,
      name,
      length,
      pieceLength,
      pieceCount,
      files: files.length,
    });
  } else {
    print(
      world,
      `accepted: ${infoHash}  ${printable(name)}, ${formatBytes(length)}, ${files.length} files, ${pieceCount} pieces of ${formatBytes(pieceLength)}`,
    );
  }
  return exitCodes.ok;
}
