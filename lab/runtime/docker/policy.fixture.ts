import type Docker from "dockerode";

/**
 * What every container of a lab owes this machine, in one place: it is checked on running objects, whatever made them.
 * The one exception is the helper that shapes links: it may change the network it is put into, lives for a moment, and
 * sees no file of this machine.
 * @returns a sentence for each point in which this container differs; empty when all is well.
 */
export function policyProblems(container: Docker.ContainerInspectInfo): string[] {
  const { HostConfig: host, Config: config, Mounts: mounts } = container;
  const helper = config.Labels["lab.node"] === undefined;
  const rules: [string, boolean][] = [
    ["is privileged", !host.Privileged],
    ["keeps capabilities", same(host.CapDrop, ["ALL"])],
    ["has capabilities", same(host.CapAdd, helper ? ["NET_ADMIN"] : [])],
    ["may gain privileges, or has another seccomp profile", noNewPrivileges(host.SecurityOpt)],
    ["can write its root", host.ReadonlyRootfs === true],
    ["has temporary folders without a size", Object.values(host.Tmpfs ?? {}).every((of) => of.includes("size="))],
    ["has no memory limit", (host.Memory ?? 0) > 0],
    ["has no limit of processes, or one above 256", (host.PidsLimit ?? 0) > 0 && (host.PidsLimit ?? 0) <= 256],
    ["is in a namespace of the host", !namespaces(host).some((mode) => mode === "host")],
    ["has a device", (host.Devices ?? []).length === 0],
    ["sees an engine's socket", mounts.every(({ Source }) => !/docker|podman|containerd/.test(socketOf(Source)))],
    ["publishes a port to others than 127.0.0.1", publishedTo(host).every((address) => address === "127.0.0.1")],
    ["restarts by itself", ["no", ""].includes(host.RestartPolicy?.Name ?? "")],
    [
      "carries a secret in its environment",
      !(config.Env ?? []).some((value) => /token=|secret=|[\w-]{43}$/i.test(value)),
    ],
  ];
  if (helper) rules.push(["mounts something", mounts.length === 0]);
  else rules.push(...nodeRules(container));
  return rules.flatMap(([problem, isFine]) => (isFine ? [] : [`${config.Labels["lab.node"] ?? "helper"} ${problem}`]));
}

function nodeRules({
  HostConfig: host,
  Config: config,
  Mounts: mounts,
}: Docker.ContainerInspectInfo): [string, boolean][] {
  const written = mounts.filter(({ Type, RW }) => Type === "bind" && RW).map(({ Destination }) => Destination);
  const isController = config.Labels["lab.role"] === "controller";
  return [
    ["runs as root", /^[1-9]\d*:[1-9]\d*$/.test(config.User)],
    ["has no processor limit", (host.NanoCpus ?? 0) > 0],
    ["has logs without a limit", host.LogConfig?.Config?.["max-size"] !== undefined],
    ["may write files of this machine", same(written, isController ? ["/runs"] : [])],
    [
      "sees more of this machine than it has to",
      mounts.every(({ Type, Destination }) => isExpected(Type, Destination)),
    ],
    ["is on another network", /-(swarm|front)$/.test(host.NetworkMode ?? "")],
    ["lets packets pass a router", host.Sysctls?.["net.ipv4.ip_default_ttl"] === "1"],
  ];
}

const isExpected = (type: string, destination: string) =>
  type === "volume" || type === "tmpfs"
    ? destination === "/data"
    : /^\/(sources|runs|run\/secrets(\/\w+)?)$/.test(destination);

const namespaces = (host: Docker.HostConfig) => [
  host.PidMode,
  host.IpcMode,
  host.UTSMode,
  host.UsernsMode,
  host.NetworkMode,
];

/** `no-new-privileges` and nothing else: no `seccomp=unconfined`, no `apparmor=unconfined`. */
const noNewPrivileges = (options: string[] | undefined) =>
  options?.length === 1 && /^no-new-privileges(:true)?$/.test(options[0] ?? "");

const socketOf = (path: string | undefined) => (path?.endsWith(".sock") ? path : "");

const publishedTo = ({ PortBindings: ports }: Docker.HostConfig) =>
  Object.values((ports ?? {}) as Record<string, { HostIp?: string }[]>)
    .flat()
    .map(({ HostIp }) => HostIp);

const same = (have: readonly string[] | null | undefined, wanted: readonly string[]) =>
  JSON.stringify([...(have ?? [])].sort()) === JSON.stringify([...wanted].sort());
