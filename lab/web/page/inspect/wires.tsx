import { speed } from "../../../swarm/meter.ts";
import { formatRate, printable } from "../../../units.ts";
import type { PeerPart } from "../state/peers.ts";

const MOST = 30;

/** Open connections with the flags that torrent clients print. */
export function Wires({ peer: { node, part }, now }: { peer: PeerPart; now: number }) {
  const open = Object.entries(part.connections).filter(([, connection]) => connection.open);
  const busy = open.map(([name, connection]) => {
    const [down, up] = [speed(connection.downloaded, node.clock, now), speed(connection.uploaded, node.clock, now)];
    return { name, flags: connection.flags, down, up };
  });
  busy.sort((a, b) => b.down + b.up - a.down - a.up);
  if (busy.length === 0) return null;
  return (
    <section>
      <h3>Connections</h3>
      <table className="wires">
        <tbody>
          {busy.slice(0, MOST).map(({ name, flags, down, up }) => (
            <tr key={name}>
              <td>{printable(name)}</td>
              <td>
                <code>{flags}</code>
              </td>
              <td>{down > 0 ? `↓ ${formatRate(down)}` : ""}</td>
              <td>{up > 0 ? `↑ ${formatRate(up)}` : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {busy.length > MOST && <p className="hint">and {busy.length - MOST} more</p>}
      <p className="hint">
        <code>D d</code> wants, and is unchoked or choked · <code>U u</code> is wanted, and unchokes or chokes ·{" "}
        <code>K ?</code> unchoked without interest · <code>O</code> optimistic · <code>S</code> snubbed · <code>I</code>{" "}
        incoming
      </p>
    </section>
  );
}
