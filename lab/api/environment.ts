/**
 * How a runtime tells a node program who it is. One table for both runtimes, the generated compose file and the
 * programs. No secret is in it: tokens are files.
 */
export interface NodeEnvironment {
  /** `LAB_NAME`, `LAB_RUN`: on every process of a lab, so that clean-up finds it. */
  readonly lab: string;
  readonly run: string;
  /** `LAB_NODE`: the node's name; empty asks the controller for one. */
  readonly node: string;
  /** `LAB_ROLE`. */
  readonly role: string;
  /** `LAB_CONTROLLER`: `http://host:port` of the controller's API. */
  readonly controller: string;
  /** `LAB_TOKEN_FILE`: file that holds this node's token. */
  readonly tokenFile: string;
  /** `LAB_HOST`: address to listen on (`127.0.0.1` in the process runtime, `0.0.0.0` in a container). */
  readonly host: string;
  /** `LAB_PORT`: port to listen on; 0 picks a free one. */
  readonly port: number;
  /** `LAB_SOURCES`: folder of the entries that are shared, read-only. */
  readonly sources: string;
  /** `LAB_DATA`: folder for downloads. */
  readonly data: string;
  /** `LAB_RUNS`: of the controller: the folder that holds the runs; its own is `LAB_RUNS/LAB_RUN`. */
  readonly runs: string;
  /** `LAB_SECRETS`: of the controller: folder with the files `admin`, `viewer` and a `node-NAME` each. */
  readonly secrets: string;
  /** `LAB_WEB_PORT`: of the web node: the port that it is published at, where that is another one. */
  readonly webPort?: string;
  /** `LAB_TRACKER`: of the program that makes torrents: the announce URL that it puts into them. */
  readonly tracker?: string;
}

const variables = {
  lab: "LAB_NAME",
  run: "LAB_RUN",
  node: "LAB_NODE",
  role: "LAB_ROLE",
  controller: "LAB_CONTROLLER",
  tokenFile: "LAB_TOKEN_FILE",
  host: "LAB_HOST",
  port: "LAB_PORT",
  sources: "LAB_SOURCES",
  data: "LAB_DATA",
  runs: "LAB_RUNS",
  secrets: "LAB_SECRETS",
  tracker: "LAB_TRACKER",
  webPort: "LAB_WEB_PORT",
} as const satisfies Record<keyof NodeEnvironment, string>;

/** What a node program finds in its environment; what is not set is empty, a missing port 0. */
export function readNodeEnvironment(env: Record<string, string | undefined>): NodeEnvironment {
  const text = (key: keyof NodeEnvironment) => env[variables[key]] ?? "";
  return {
    lab: text("lab"),
    run: text("run"),
    node: text("node"),
    role: text("role"),
    controller: text("controller"),
    tokenFile: text("tokenFile"),
    host: text("host") || "127.0.0.1",
    port: Number(text("port") || 0),
    sources: text("sources"),
    data: text("data"),
    runs: text("runs"),
    secrets: text("secrets"),
    tracker: text("tracker"),
    webPort: text("webPort"),
  };
}

/** The variables that say it. */
export function writeNodeEnvironment(environment: Partial<NodeEnvironment>): Record<string, string> {
  const keys = Object.keys(variables) as (keyof NodeEnvironment)[];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = environment[key];
      return value === undefined ? [] : [[variables[key], String(value)]];
    }),
  );
}
