import { behaviourOf } from "../../swarm/behaviour.ts";
import { formatBytes, formatDuration } from "../../units.ts";
import type { PeerRow } from "../data/scene.ts";
import type { Glyphs } from "../look/glyphs.ts";
import type { Tone } from "../look/tones.ts";

/** Numbers as torrent clients print them. */

/** Empty when idle. */
export function idleRate(bytesPerSecond: number): string {
  return bytesPerSecond < 1 ? "" : formatBytes(bytesPerSecond);
}

export function limit(bytesPerSecond: number | null, glyphs: Glyphs): string {
  return bytesPerSecond === null ? glyphs.infinite : formatBytes(bytesPerSecond);
}

/** `∞` for a seeder, which downloads nothing. */
export function ratio(peer: PeerRow, glyphs: Glyphs): string {
  if (peer.downloaded > 0) return (peer.uploaded / peer.downloaded).toFixed(2);
  return peer.uploaded > 0 ? glyphs.infinite : "";
}

/** `13s`, `∞` while nothing comes, `at 26s` once nothing is left: since the release. Empty for who fetches nothing. */
export function timeLeft(peer: PeerRow, glyphs: Glyphs): string {
  if (peer.finishedAt !== null) return `at ${formatDuration(peer.finishedAt)}`;
  if (peer.left === 0) return "";
  return Number.isFinite(peer.eta) && peer.eta < 360_000 ? formatDuration(peer.eta) : glyphs.infinite;
}

/** Never rounded up to a hundred. */
export function percent(share: number): string {
  return `${Math.floor(share * 100)}%`;
}

/** `1:05`, `1:02:03`: seconds of a run in a feed. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole < 3600 ? rest : `${Math.floor(whole / 3600)}:${rest}`;
}

/** A peer is a seeder once it has everything, whatever it began as. A bad one has its own sign, and that tone. */
export function roleGlyph(peer: PeerRow, glyphs: Glyphs): { glyph: string; tone: Tone } {
  const behaviour = behaviourOf(peer.node.settings);
  const tone = peer.complete ? "seeder" : "leecher";
  return { glyph: behaviour === "honest" ? glyphs[tone] : glyphs.behaviour[behaviour], tone };
}

export function stateTone(state: string): Tone {
  if (state === "error" || state === "failed") return "bad";
  if (state === "paused" || state === "stopped" || state === "checking") return "warn";
  return state === "seeding" ? "good" : "text";
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
