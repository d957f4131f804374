/**
 * Whether what tests drive is on this machine. Where it is not they are skipped, and a line says so; with
 * `LAB_REQUIRE_ALL=1`, as in CI, that is a failure. What a kernel or a user may lack there too is not asked for here.
 */
export function atHand(what: string, isHere: boolean): boolean {
  if (isHere) return true;
  if (process.env.LAB_REQUIRE_ALL === "1") throw new Error(`LAB_REQUIRE_ALL is set, but there is no ${what}`);
  console.warn(`there is no ${what}: what needs it is not tested`);
  return false;
}
