import type { Plugin } from "esbuild";

/**
 * What dockerode needs for engines behind SSH, and to build images by itself: labs do neither, and every command would
 * wait a tenth of a second for them.
 */
const UNUSED = new Set(["ssh2", "@grpc/grpc-js", "@grpc/proto-loader", "protobufjs", "tar-fs", "@balena/dockerignore"]);

/** Leaves out of a bundle what dockerode brings along and a lab has no use for. */
export const slimDockerode: Plugin = {
  name: "slim-dockerode",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path }) => (UNUSED.has(path) ? { path, namespace: "unused" } : undefined));
    build.onLoad({ filter: /^/, namespace: "unused" }, () => ({ contents: "module.exports = {};" }));
  },
};
