/**
 * Where an announce came from. An IPv4 peer's key is `address × 65536 + port`, which a double holds exactly; an IPv6
 * peer's is its 18 compact bytes as a string. Either says all of the address, so no table keeps it a second time.
 */
export type PeerKey = number | string;
export type Family = 4 | 6;

/** An address without its port: a number for IPv4, eight 16-bit groups for IPv6. */
export type Address = number | readonly number[];

/** The address in `text` as Node prints it; IPv4 inside IPv6 (`::ffff:1.2.3.4`) is IPv4. `undefined` for other text. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(":")) return parseIpv4(text);
  const groups = parseIpv6(text);
  if (!groups) return undefined;
  const [a = 0, b = 0] = groups.slice(6);
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  return mapped ? a * 0x10000 + b : groups;
}

export function peerKey(address: Address, port: number): PeerKey {
  if (typeof address === "number") return address * 0x10000 + port;
  return String.fromCharCode(...address.flatMap((group) => [group >> 8, group & 0xff]), port >> 8, port & 0xff);
}

export function familyOf(key: PeerKey): Family {
  return typeof key === "number" ? 4 : 6;
}

/** Writes a key in compact form (BEP 23, BEP 7): 6 or 18 bytes. */
export function writeCompact(key: PeerKey, target: Uint8Array, offset: number): void {
  if (typeof key === "string") {
    for (let i = 0; i < 18; i += 1) target[offset + i] = key.charCodeAt(i);
    return;
  }
  const address = Math.floor(key / 0x10000);
  target[offset] = address >>> 24;
  target[offset + 1] = address >>> 16;
  target[offset + 2] = address >>> 8;
  target[offset + 3] = address;
  target[offset + 4] = key >>> 8;
  target[offset + 5] = key;
}

/** `1.2.3.4:5` or `[2001:db8:0:0:0:0:0:1]:5`. */
export function formatKey(key: PeerKey): string {
  if (typeof key === "number") {
    const address = Math.floor(key / 0x10000);
    return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}:${key % 0x10000}`;
  }
  const group = (index: number) => (key.charCodeAt(2 * index) << 8) | key.charCodeAt(2 * index + 1);
  const groups = Array.from({ length: 8 }, (_, index) => group(index).toString(16));
  return `[${groups.join(":")}]:${group(8)}`;
}

/** Hand-made because it runs once a datagram. */
function parseIpv4(text: string): number | undefined {
  let address = 0;
  let part = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      address = address * 256 + part;
      part = 0;
      dots += 1;
    } else if (code >= 48 && code <= 57) part = part * 10 + code - 48;
    else return undefined;
    if (part > 255) return undefined;
  }
  return dots === 3 ? address * 256 + part : undefined;
}

function parseIpv6(text: string): number[] | undefined {
  const plain = (text.split("%")[0] ?? "").replace(/\d+\.\d+\.\d+\.\d+$/, (tail) => {
    const address = parseIpv4(tail) ?? 0;
    return `${(address >>> 16).toString(16)}:${(address & 0xffff).toString(16)}`;
  });
  const [head = "", tail, more] = plain.split("::");
  if (more !== undefined) return undefined;
  const groupsOf = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const left = groupsOf(head);
  const right = groupsOf(tail ?? "");
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  if (gap < 0) return undefined;
  const groups = [...left, ...new Array<number>(gap).fill(0), ...right];
  return groups.length === 8 && groups.every((group) => group >= 0 && group <= 0xffff) ? groups : undefined;
}
