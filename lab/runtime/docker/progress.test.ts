import { expect, test } from "vitest";
import { buildEvent, composeEvent } from "./progress.ts";

test.each([
  [" Container lab-demo-leecher-1-1  Creating", { phase: "create", subject: "leecher-1", done: false }],
  [" Container lab-demo-tracker-1  Started ", { phase: "start", subject: "tracker", done: true }],
  [" Container lab-demo-tracker-1  Running", { phase: "start", subject: "tracker", done: true }],
  [" Container lab-demo-tracker-1 Started 0.2s", { phase: "start", subject: "tracker", done: true }],
  [' Network "lab-demo-r1-swarm"  Created', { phase: "create", subject: "network r1-swarm", done: true }],
  [' Volume "lab-demo-r1-leecher-1"  Creating', { phase: "create", subject: "volume r1-leecher-1", done: false }],
])("Compose's line %j is an event", (line, event) => {
  expect(composeEvent(line, "lab-demo")).toEqual(event);
});

test.each([
  " Container lab-other-tracker-1  Started",
  " Container lab-demo-tracker-1  Waiting",
  "Error response from daemon: no",
  "",
])("Compose's line %j is not", (line) => {
  expect(composeEvent(line, "lab-demo")).toBeUndefined();
});

test.each([
  ["#6 [2/4] RUN mkdir -m 1777 /data", "2/4 RUN mkdir -m 1777 /data"],
  ["Step 2/4 : RUN mkdir -m 1777 /data", "2/4 RUN mkdir -m 1777 /data"],
  ["STEP 2/4: RUN mkdir -m 1777 /data", "2/4 RUN mkdir -m 1777 /data"],
])("a build's line %j is an event", (line, detail) => {
  expect(buildEvent(line, "image")).toEqual({ phase: "build", subject: "image", done: false, detail });
});

test.each(["#6 DONE 0.4s", "#1 [internal] load build definition", " ---> 1234"])("a build's line %j is not", (line) => {
  expect(buildEvent(line, "image")).toBeUndefined();
});
