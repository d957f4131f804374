import { badBehaviours, behaviourSigns } from "../../../swarm/behaviour.ts";
import type { Look } from "../look/look.ts";
import { peerColour } from "../look/peer-colours.ts";

/** Each sign once, as a small drawing, and what it means. No sign is a colour alone. */
export function Legend({ look, crowd }: { look: Look; crowd: boolean }) {
  const [first, second] = [peerColour(0, look.theme), peerColour(1, look.theme)];
  const line = { stroke: first, fill: "none", strokeLinecap: "round" } as const;
  const signs = [
    ["diamond", "has everything", <path key="d" d="M16 3l9 9-9 9-9-9z" fill={first} />],
    [
      "circle",
      `downloads; the number is ${crowd ? "the peer's" : "per cent"}`,
      <circle key="c" cx="16" cy="12" r="8" fill={second} />,
    ],
    [
      "donut",
      "its pieces, in the colour of who gave them",
      <g key="r" fill="none" strokeWidth="5">
        <path d="M16 4a8 8 0 0 1 7 12" stroke={first} />
        <path d="M22.200 17.500A8 8 0 0 1 9 16" stroke={second} />
      </g>,
    ],
    ["wide", "sends; wider is faster", <path key="w" d="M2 12h28" strokeWidth="6" {...line} />],
    ["thin", "willing to send, idle now", <path key="t" d="M2 12h28" strokeWidth="1.5" {...line} />],
    ["long", "the optimistic slot", <path key="l" d="M2 12h28" strokeWidth="3" strokeDasharray="11 5" {...line} />],
    [
      "dashed",
      "wants, but is choked",
      <path key="x" d="M2 12h28" stroke={look.muted} strokeWidth="1.5" strokeDasharray="3 4" />,
    ],
    ["piece", "a piece that was just completed", <rect key="p" x="11" y="7" width="10" height="10" fill={first} />],
  ] as const;
  return (
    <section>
      <h3>Signs</h3>
      <ul className="signs">
        {signs.map(([key, meaning, drawing]) => (
          <li key={key}>
            <svg viewBox="0 0 32 24" width="32" height="24" aria-hidden="true">
              {drawing}
            </svg>
            {meaning}
          </li>
        ))}
        {(Object.keys(badBehaviours) as (keyof typeof badBehaviours)[]).map((kind) => (
          <li key={kind}>
            <svg viewBox="0 0 32 24" width="32" height="24" aria-hidden="true">
              <text x="16" y="18" textAnchor="middle" fill={look.ink}>
                {behaviourSigns[kind]}
              </text>
            </svg>
            {kind}: {badBehaviours[kind]}
          </li>
        ))}
      </ul>
    </section>
  );
}
