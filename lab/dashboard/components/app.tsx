import { Box, Text, useInput, useIsScreenReaderEnabled, useWindowSize } from "ink";
import { type ReactNode, useLayoutEffect, useMemo, useSyncExternalStore } from "react";
import type { Store } from "../store/store.ts";
import { keyName } from "../ui/keys.ts";
import { draw, type Look, speak } from "./draw.ts";
import { Rows } from "./rows.tsx";

interface AppProps {
  readonly store: Store;
  readonly look: Look;
}

/** The dashboard: one frame of the store, drawn for the terminal's size. */
export function App({ store, look }: AppProps): ReactNode {
  useInput((input, key) => {
    for (const pressed of splitKeys(keyName(input, key))) store.press(pressed);
  });
  return useIsScreenReaderEnabled() ? <Spoken store={store} look={look} /> : <Screen store={store} look={look} />;
}

function Screen({ store, look }: AppProps): ReactNode {
  const { columns, rows } = useWindowSize();
  const frame = useSyncExternalStore(store.subscribe, store.frame);
  // A picture as high as the terminal would make it scroll.
  const box = useMemo(() => ({ columns, rows: Math.max(1, rows - 1) }), [columns, rows]);
  const { lines, reach } = useMemo(() => draw(store, frame, look, box), [store, frame, look, box]);
  useLayoutEffect(() => store.showed(reach), [store, reach]);
  return <Rows lines={lines} box={box} />;
}

function Spoken({ store, look }: AppProps): ReactNode {
  const frame = useSyncExternalStore(store.subscribe, store.frame);
  const text = useMemo(() => speak(store, frame, look).join("\n"), [store, frame, look]);
  return (
    <Box>
      <Text>{text}</Text>
    </Box>
  );
}

const names = /^(up|down|page(up|down)|home|end|enter|esc|tab|shift-tab|space|backspace|ctrl-.*)$/;

/** Keys among text that came in one piece. */
const written: Readonly<Record<string, string>> = {
  " ": "space",
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\u007f": "backspace",
  "\u001b": "esc",
  "\u0003": "ctrl-c",
};

/** The keys of a fast hand or a paste, one by one; other control characters are no keys of ours. */
function splitKeys(name: string): string[] {
  if (names.test(name)) return [name];
  return [...name].map((one) => written[one] ?? one).filter((one) => one >= " ");
}
