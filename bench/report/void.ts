/** What a swarm cost the machine, shares from 0 to 1. */
export interface Strain {
  /** Mean over the time of the swarm, of the busiest node's event loop; `null` where a client does not tell. */
  readonly busiestNode: { readonly name: string; readonly load: number } | null;
  readonly machine: number;
}

const MOST = { node: 0.7, machine: 0.8 };

/** Why a swarm's result is void, if it is: beyond these marks it measures the processor and not the protocol. */
export function voidReason({ busiestNode, machine }: Strain): string | undefined {
  if (busiestNode && busiestNode.load > MOST.node)
    return `${busiestNode.name} was ${percent(busiestNode.load)} busy (at most ${percent(MOST.node)})`;
  if (machine > MOST.machine) return `the machine was ${percent(machine)} busy (at most ${percent(MOST.machine)})`;
  return undefined;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
