/** On every object that a lab makes in an engine. Ownership is what these say, never what a name looks like. */
export const labels = {
  lab: "lab.name",
  run: "lab.run",
  node: "lab.node",
  role: "lab.role",
  /** The folder that `lab` was called in. */
  dir: "lab.dir",
  /** The uid of who started it. */
  user: "lab.user",
  schema: "lab.schema",
  /** `compose` on what `compose.yaml` alone started. */
  origin: "lab.origin",
  /** On containers whose link is shaped: how, as JSON. */
  link: "lab.link",
  /** On images. */
  image: "lab.image",
} as const;

export const LABEL_SCHEMA = "1";

/** Names the Compose project of a lab. */
export const projectOf = (lab: string): string => `lab-${lab}`;

/** An engine's filter: everything of one lab. */
export const ofLab = (lab: string) => ({ label: [`${labels.lab}=${lab}`] });

/** An engine's filter: the nodes of one lab, without helpers that come and go. */
export const ofNodes = (lab: string) => ({ label: [`${labels.lab}=${lab}`, labels.node] });

/** An engine's filter: one node of one lab. */
export const ofNode = (lab: string, node: string) => ({
  label: [`${labels.lab}=${lab}`, `${labels.node}=${node}`],
});
