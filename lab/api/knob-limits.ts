/** Least and most of the knobs that are numbers, for the schema, the command line and the page; the page bundles no schema. */
export const knobLimits = {
  slots: { least: 0, most: 100 },
  maxPeers: { least: 1, most: 1000 },
} as const;
