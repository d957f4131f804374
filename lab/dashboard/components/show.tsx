import { render } from "ink";
import { sentence } from "../../swarm/sentence.ts";
import { glyphsFor } from "../look/glyphs.ts";
import { forProjector, themes } from "../look/tones.ts";
import type { DashboardEnd, DashboardOptions } from "../options.ts";
import { paces } from "../store/pace.ts";
import { createStore } from "../store/store.ts";
import { App } from "./app.tsx";

/** Shows the dashboard on the terminal and gives the terminal back, whatever happens. */
export async function show(options: DashboardOptions): Promise<DashboardEnd> {
  const { env, projector, stdin, stdout } = options;
  const reader = env.INK_SCREEN_READER === "true";
  const pace = reader ? paces.reader : projector ? paces.projector : paces.screen;
  const store = createStore({ ...options, tell: sentence, pace });
  const theme = themes[env.NO_COLOR ? "mono" : options.theme];
  const look = { theme: projector ? forProjector(theme) : theme, glyphs: glyphsFor(env), projector };
  const screen = render(<App store={store} look={look} spoken={reader} />, {
    stdin,
    stdout,
    // Ink would take more variables than `CI` for a sign that nobody looks.
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    alternateScreen: !reader,
    incrementalRendering: true,
    isScreenReaderEnabled: reader,
  });
  try {
    const crashed = screen.waitUntilExit().then(() => "detach" as const);
    return await Promise.race([store.run(), crashed]);
  } finally {
    screen.unmount();
    await screen.waitUntilExit().catch(() => {});
  }
}
