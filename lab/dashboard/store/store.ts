import type { ApiClient } from "../../api/client.ts";
import { messageOf } from "../../errors.ts";
import { newFeed, type Teller } from "../data/feed.ts";
import { notePhase } from "../layout/phases.ts";
import type { DashboardEnd, DashboardOptions, Phase } from "../options.ts";
import { doing } from "../ui/doing.ts";
import { findBinding, type KeyEffect } from "../ui/keys.ts";
import { textOf } from "../ui/read-keys.ts";
import { type Intent, newUi, noReach, pointedAt, reduce, type SwarmAction, type Ui } from "../ui/ui.ts";
import { follow } from "./follow.ts";
import type { Frame, Stage, Store } from "./frame.ts";
import { createPainter, type Pace } from "./pace.ts";

/** Milliseconds for which the result of a key is shown. */
const NOTICE_MS = 5000;

type StoreOptions = Pick<
  DashboardOptions,
  "client" | "lab" | "started" | "phases" | "remove" | "actions" | "signal"
> & {
  readonly tell: Teller;
  readonly pace: Pace;
};

export function createStore(options: StoreOptions): Store {
  const { lab, actions, signal } = options;
  const feed = newFeed();
  const listeners = new Set<() => void>();
  const ending = new AbortController();
  const end = Promise.withResolvers<DashboardEnd>();
  const begun = performance.now();
  const painter = createPainter(paint, options.pace);
  let client: ApiClient | undefined;
  let stage: Stage = {
    kind: "starting",
    phases: { title: options.phases ? `${lab} is starting` : `connecting to ${lab}`, steps: [], elapsed: 0 },
  };
  let ui = newUi();
  let reach = noReach;
  /** Goes some seconds after `at`; what is still being done has none. */
  let notice: { text: string; at: number } | undefined;
  let problem: string | null = null;
  let redrawn = 0;
  /** The journal's clock against ours: what is between grows only while nothing comes. */
  let lineAt = performance.now();
  let frame = makeFrame();

  return {
    feed,
    provided: new Set(Object.keys(actions) as SwarmAction[]),
    started: options.started,
    frame: () => frame,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    press,
    paste,
    showed(latest) {
      reach = latest;
      change({ type: "seen" });
    },
    run,
  };

  async function run(): Promise<DashboardEnd> {
    const heartbeat = setInterval(() => painter.request("news"), 1000);
    const detach = () => end.resolve("detach");
    signal.addEventListener("abort", detach, { once: true });
    if (signal.aborted) detach();
    if (options.phases) showPhases(options.phases).catch(() => {});
    goLive().catch((error: unknown) => {
      if (stage.kind !== "removing" && !ending.signal.aborted) end.reject(error);
    });
    try {
      return await end.promise;
    } finally {
      clearInterval(heartbeat);
      signal.removeEventListener("abort", detach);
      ending.abort();
      painter[Symbol.dispose]();
    }
  }

  async function goLive(): Promise<void> {
    client = await options.client;
    await follow(client, {
      feed,
      tell: options.tell,
      signal: ending.signal,
      onNews() {
        lineAt = performance.now();
        if (stage.kind === "starting") beLive();
        painter.request("news");
      },
      onConnection(reason) {
        problem = reason;
        painter.request("news");
      },
    });
  }

  /** Whatever was written to the terminal meanwhile by others goes. */
  function beLive(): void {
    stage = { kind: "live" };
    redrawn += 1;
  }

  async function showPhases(phases: AsyncIterable<Phase>): Promise<void> {
    for await (const phase of phases) {
      if (stage.kind === "live" || ending.signal.aborted) return;
      stage = { ...stage, phases: { ...stage.phases, steps: notePhase(stage.phases.steps, phase) } };
      painter.request("news");
    }
  }

  function press(keys: readonly string[]): void {
    notice = undefined;
    for (const key of keys) {
      const asked = ui.overlay.kind === "confirm";
      if (key === "ctrl-c") interrupt();
      else if (stage.kind === "live") pressLive(key);
      // What came along with the key that asks was written before anybody saw the question.
      if (!asked && ui.overlay.kind === "confirm") break;
    }
    painter.request("key");
  }

  function paste(text: string): void {
    if (stage.kind !== "live" || !ui.typing) return;
    change({ type: "typed", text: text.replaceAll(/[\u0000-\u001f\u007f]+/g, " ") });
    painter.request("key");
  }

  function pressLive(key: string): void {
    if (ui.typing) pressTyping(key, ui.typing);
    else if (ui.overlay.kind === "confirm") answer(key, ui.overlay);
    else pressBound(key);
  }

  function pressBound(key: string): void {
    const effect = findBinding(key, ui, new Set(Object.keys(actions) as SwarmAction[]))?.effect;
    if (effect) carryOut(effect);
  }

  function pressTyping(key: string, typing: NonNullable<Ui["typing"]>): void {
    if (key === "enter" && typing.into === "mark") mark(typing.text);
    if (key === "enter") change({ type: "entered" });
    else if (key === "esc") change({ type: "back" });
    else if (key === "backspace") change({ type: "erase" });
    else change({ type: "typed", text: textOf(key) ?? "" });
  }

  /** About the peer that was asked about, whatever the order made of the cursor since. */
  function answer(key: string, { action, peer }: { action: SwarmAction; peer: string }): void {
    change({ type: "back" });
    if (key === "y") act(action, peer);
  }

  function carryOut(effect: KeyEffect): void {
    if (effect.kind === "intent") change(effect.intent);
    else if (effect.kind === "quit") end.resolve("detach");
    else if (effect.kind === "interrupt") interrupt();
    else if (effect.kind === "redraw") redrawn += 1;
    else carryOutAction(effect.action, effect.confirm);
  }

  function carryOutAction(action: SwarmAction, confirm: string | undefined): void {
    const peer = pointedAt(ui, reach);
    if (confirm === undefined || peer === undefined) act(action, peer);
    else change({ type: "ask", question: `${confirm} ${peer}?`, action, peer });
  }

  function change(intent: Intent): void {
    ui = reduce(ui, intent, reach);
  }

  function act(action: SwarmAction, peer: string | undefined): void {
    notice = { text: doing[action](peer), at: Number.POSITIVE_INFINITY };
    report(actions[action]?.(peer));
  }

  function mark(text: string): void {
    report(
      client
        ?.command({ type: "mark", text: text.trim() || "marker" })
        .then(({ ok, error }) => (ok ? undefined : error)),
    );
  }

  function report(result: Promise<string | undefined> | undefined): void {
    result?.catch(messageOf).then((text) => {
      notice = text === undefined ? undefined : { text, at: performance.now() };
      painter.request("key");
    });
  }

  /** Ctrl-C: removes what this command started; a second one gives up at once. */
  function interrupt(): void {
    if (stage.kind !== "removing" && options.started && options.remove) startRemoval(options.remove());
    else end.resolve(stage.kind === "removing" ? "abandon" : options.started ? "remove" : "detach");
  }

  function startRemoval(phases: AsyncIterable<Phase>): void {
    stage = {
      kind: "removing",
      phases: { title: `${lab} is being removed; Ctrl-C again leaves at once`, steps: [], elapsed: 0 },
    };
    showPhases(phases).then(() => end.resolve("remove"), end.reject);
  }

  function paint(): void {
    frame = makeFrame();
    for (const listener of listeners) listener();
  }

  function makeFrame(): Frame {
    const at = performance.now();
    if (notice && at - notice.at > NOTICE_MS) notice = undefined;
    const shown =
      stage.kind === "live" ? stage : { ...stage, phases: { ...stage.phases, elapsed: (at - begun) / 1000 } };
    return { stage: shown, ui, notice: notice?.text, problem, now: feed.model.t + (at - lineAt) / 1000, redrawn };
  }
}
