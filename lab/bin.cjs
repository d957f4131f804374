#!/usr/bin/env node
// The only file that has to run on any Node: it finds one that is new enough and starts the command line on it.
var fs = require("node:fs");
var path = require("node:path");

var needed = 24;
var root = path.dirname(__dirname);
var program = path.join(root, ".build", "cli", "lab.mjs");

if (!fs.existsSync(program))
  fail("lab is not built: run `npm ci` in " + root + " (or `npm run build` after --ignore-scripts).");
else if (Number(process.versions.node.split(".")[0]) >= needed) start();
else startOnPinnedNode();

function start() {
  require("node:module").enableCompileCache?.();
  import(require("node:url").pathToFileURL(program).href);
}

function startOnPinnedNode() {
  var pinned = path.join(root, "node_modules", "node", "bin", "node");
  if (!fs.existsSync(pinned)) {
    fail(
      "lab needs Node " +
        needed +
        " or newer, this is " +
        process.versions.node +
        ": run `npm ci` in " +
        root +
        " to get one.",
    );
    return;
  }
  var child = require("node:child_process").spawn(pinned, [__filename].concat(process.argv.slice(2)), {
    stdio: "inherit",
  });
  // The terminal's Ctrl-C reaches the child by itself; other signals are passed on.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  child.on("error", (error) => fail("cannot start " + pinned + ": " + error.message));
  child.on("exit", (code, signal) => {
    process.exitCode = code === null ? 128 + (require("node:os").constants.signals[signal] || 0) : code;
  });
}

function fail(message) {
  process.stderr.write(message + "\n");
  process.exitCode = 3;
}
