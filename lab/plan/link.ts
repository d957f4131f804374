import type { PeerSettings } from "../api/words.ts";
import { groupsOf } from "../profile/groups.ts";
import type { Group } from "../profile/schema.ts";
import { formatDuration, formatRate } from "../units.ts";
import type { LabPlan, LinkShape, LinkSupport, PlanInput } from "./plan.ts";

/** What was found out about the kernel, or what a runtime can do as a rule: processes share one network. */
export function linkSupport({ links, runtime }: Pick<PlanInput, "links" | "runtime">): LinkSupport {
  if (runtime === "process") return { rate: false, delay: false, lacks: "local processes share one network" };
  return links ?? { rate: true, delay: true, lacks: "" };
}

/** The part of a profile's link that the kernel is to shape; `null` when nothing is left for it. */
export function kernelLink(link: Group["link"], can: LinkSupport): LinkShape | null {
  if (!link) return null;
  const shape = {
    rate: can.rate ? link.rate : null,
    delay: can.delay ? link.delay : 0,
    loss: can.delay ? link.loss : 0,
  };
  return shape.rate === null && shape.delay === 0 && shape.loss === 0 ? null : shape;
}

/**
 * The client does not try to send faster than its link, whether or not the kernel shapes that: limits are the client's
 * first, and the bound goes by them.
 */
export function limitedByLink(settings: PeerSettings, link: Group["link"]): PeerSettings {
  if (!link || link.rate === null) return settings;
  return { ...settings, up: Math.min(settings.up ?? link.rate, link.rate) };
}

/** One line about what of the profile's links is not as it says, if anything is not. */
export function linkNote({ input }: Pick<LabPlan, "input">): string[] {
  const can = linkSupport(input);
  const links = wantedLinks(input);
  const isLimited = !can.rate && links.some(({ rate }) => rate !== null);
  const isDropped = !can.delay && links.some(({ delay, loss }) => delay > 0 || loss > 0);
  if (!isLimited && !isDropped) return [];
  const instead = [
    ...(isLimited ? ["the client's own limit keeps the rate"] : []),
    ...(isDropped ? ["delay and loss are left out"] : []),
  ].join(", ");
  return [`note: links are not all as the profile says (${can.lacks}): ${instead}`];
}

/** The links that the profile asks for. */
export function wantedLinks({ profile }: Pick<PlanInput, "profile">): NonNullable<Group["link"]>[] {
  return groupsOf(profile).flatMap(({ group: { link } }) => (link ? [link] : []));
}

/** `1.00 MiB/s, delay 50 ms, loss 2 %`. */
export function linkText({ rate, delay, loss }: LinkShape): string {
  return [
    ...(rate === null ? [] : [formatRate(rate)]),
    ...(delay === 0 ? [] : [`delay ${delay < 1 ? `${Number((delay * 1000).toFixed(3))} ms` : formatDuration(delay)}`]),
    ...(loss === 0 ? [] : [`loss ${Number((loss * 100).toFixed(3))} %`]),
  ].join(", ");
}
