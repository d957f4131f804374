import type { Look } from "../look/look.ts";

/** The signs of the choke lanes, once, in the colour of their owner. */
export function LaneLegend({ colour, look }: { colour: string; look: Look }) {
  const signs = [
    ["a regular slot", <rect key="r" x="2" y="4" width="28" height="10" fill={colour} />],
    [
      "the optimistic slot",
      <g key="o" stroke={colour} strokeWidth="1.5">
        <rect x="2" y="4" width="28" height="10" fill={colour} fillOpacity="0.3" stroke="none" />
        <path d="M3 14l6-10M9 14l6-10M15 14l6-10M21 14l6-10" />
      </g>,
    ],
    ["choked", <path key="c" d="M2 9h28" stroke={look.faint} />],
  ] as const;
  return (
    <ul className="lane-signs">
      {signs.map(([meaning, drawing]) => (
        <li key={meaning}>
          <svg viewBox="0 0 32 18" width="32" height="18" aria-hidden="true">
            {drawing}
          </svg>
          {meaning}
        </li>
      ))}
    </ul>
  );
}
