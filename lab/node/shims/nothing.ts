/**
 * In place of packages that webtorrent imports and a closed TCP swarm never uses (DHT, local discovery, NAT traversal,
 * WebRTC, uTP, block lists, torrent making): they cost a third of a node's memory and start time, and what is not
 * there cannot talk to the outside. webtorrent asks `typeof X === "function"` before it uses any of them.
 */
/** `getType` is mime's. */
const nothing = { getType: () => null };
export default nothing;
export const Client = undefined;
export const parseInput = undefined;
