const KIB = 1024;
const BYTE_UNITS: Record<string, number> = {
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  tb: 1000 ** 4,
  k: KIB,
  m: KIB ** 2,
  g: KIB ** 3,
  t: KIB ** 4,
  kib: KIB,
  mib: KIB ** 2,
  gib: KIB ** 3,
  tib: KIB ** 4,
};
const SECOND_UNITS: Record<string, number> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
};

/** Bytes in `48MiB`, `500 kB`, `16k` (binary) or `1024`; `undefined` for anything else. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  if (!match?.[1]) return undefined;
  const unit = BYTE_UNITS[(match[2] || "b").toLowerCase()];
  const bytes = unit === undefined ? Number.NaN : Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Bytes per second in `2MiB/s`, `500kB/s` or `unlimited` (`null`); `undefined` for anything else. */
export function parseRate(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === "unlimited") return null;
  return parseBytes(trimmed.replace(/\/s$|ps$/i, ""));
}

/** Seconds in `10s`, `1.5m`, `200ms`, `2h` or `30`; `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/i.exec(text.trim());
  if (!match?.[1]) return undefined;
  return Number(match[1]) * (SECOND_UNITS[(match[2] ?? "s").toLowerCase()] ?? 1);
}

/** A share from 0 to 1 in `2%` or `0.02`; `undefined` for anything else. */
export function parseShare(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(%)?$/.exec(text.trim());
  if (!match?.[1]) return undefined;
  const share = Number(match[1]) / (match[2] ? 100 : 1);
  return share <= 1 ? share : undefined;
}

/** `1.5 MiB`; whole bytes below 1 KiB. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let index = 0;
  while (Math.abs(value) >= 999.95 && index < units.length - 1) {
    value /= KIB;
    index += 1;
  }
  return index === 0 ? `${Math.round(value)} B` : `${value.toFixed(value < 10 ? 2 : 1)} ${units[index]}`;
}

/** `1.50 MiB/s`, or `∞` for an unlimited rate. */
export function formatRate(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? "∞" : `${formatBytes(bytesPerSecond)}/s`;
}

/** `4.2s`, `3m 05s`, `1h 02m`, or `∞`. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return "∞";
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${pad(Math.floor((whole % 3600) / 60))}m`;
}

/**
 * What a terminal would obey, or show as something else than it is: control characters, lone surrogates, and what nobody
 * sees, the bidirectional ones among it. What chooses the look of an emoji may stay.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\ufff9-\ufffb]|(?![\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}/gu;

/** Text that is safe on a terminal: control, bidirectional and invisible characters are shown as `\u{…}` escapes. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** The same for text of ours that has lines, such as a message with what a program said last. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** JSON of the same value that is safe on a terminal too: what would not be is escaped as JSON allows. */
export function printableJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(UNSAFE, (character) =>
    character === "\n" ? character : character.split("").map(escaped).join(""),
  );
}

/** One UTF-16 unit: JSON writes what is beyond 16 bits as two. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
