// Completes package-lock.json with the optional packages of other platforms that a partial registry does not have.
//
// `npm ci` refuses a lock file that lacks any optional dependency, also one it would never install; a lock file made
// against a registry without, say, the macOS binary of a package is refused on every machine. Run this after an update
// of such a package; npm keeps the entries from then on. They carry no checksum, since nobody here has seen the files.

import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));

const systems = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const processors = ["arm", "arm64", "ia32", "ppc64", "riscv64", "s390x", "x64"];

/** What npm needs to know to leave the package alone elsewhere, from a name such as `binding-linux-arm64-musl`. */
function platform(name) {
  const words = name.split("/").at(-1).split("-");
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  if (!os || !cpu) throw new Error(`${name}: cannot tell its platform`);
  const abi = words.find((word) => /^(gnu|musl)/.test(word));
  return { cpu: [cpu], os: [os], ...(abi && { libc: [abi.startsWith("musl") ? "musl" : "glibc"] }) };
}

for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (lock.packages[`${path}/node_modules/${name}`] || lock.packages[`node_modules/${name}`]) continue;
    if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${name}: ${version} names more than one version`);
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(entry.dev && { dev: true }),
      optional: true,
      ...platform(name),
    };
    console.log(`added ${name} ${version}`);
  }
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
