import type { SwarmAction } from "./ui.ts";

/** What is said of a key until what it does is done. */
export const doing: Readonly<Record<SwarmAction, (peer: string | undefined) => string>> = {
  addLeecher: () => "adding a leecher …",
  removeNode: (peer) => `removing ${peer} …`,
  togglePause: (peer) => `pausing or unpausing ${peer} …`,
  togglePauseAll: () => "pausing or unpausing the swarm …",
  toggleStop: (peer) => `stopping or starting ${peer} …`,
  retorrent: () => "making torrents of sources/ anew …",
  toggleWatch: () => "watching sources/, or no more …",
  announce: (peer) => (peer === undefined ? "letting all announce …" : `letting ${peer} announce …`),
  slower: () => "halving upload limits …",
  faster: () => "doubling upload limits …",
  openWeb: () => "opening the web view …",
};
