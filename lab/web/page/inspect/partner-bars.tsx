import { formatBytes, printable } from "../../../units.ts";
import type { Look } from "../look/look.ts";
import { peerColour } from "../look/peer-colours.ts";
import type { Partner } from "./origins.ts";

const MOST = 8;

/** Shares as bars, with names and numbers beside the colours. */
export function PartnerBars({ title, partners, look }: { title: string; partners: readonly Partner[]; look: Look }) {
  if (partners.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul className="bars">
        {partners.slice(0, MOST).map(({ name, bytes, share, hue }) => (
          <li key={name}>
            <span>{printable(name)}</span>
            <span>
              {Math.round(share * 100)} % · {formatBytes(bytes)}
            </span>
            <i
              style={{
                width: `${Math.max(1, share * 100)}%`,
                background: hue < 0 ? look.faint : peerColour(hue, look.theme),
              }}
            />
          </li>
        ))}
      </ul>
      {partners.length > MOST && <p className="hint">and {partners.length - MOST} more</p>}
    </section>
  );
}
