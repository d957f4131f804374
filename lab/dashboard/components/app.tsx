import { Text, useInput, usePaste, useStdout, useWindowSize } from "ink";
import { type ReactNode, useEffect, useMemo, useSyncExternalStore } from "react";
import type { Store } from "../store/frame.ts";
import { keysOf } from "../ui/read-keys.ts";
import { createCanvas } from "./canvas.ts";
import { draw, type Look, speak } from "./draw.ts";

interface AppProps {
  readonly store: Store;
  readonly look: Look;
  readonly spoken: boolean;
}

/** The dashboard: keys go to the store, its frames to the terminal. */
export function App({ store, look, spoken }: AppProps): ReactNode {
  useInput((input, key) => store.press(keysOf(input, key)));
  usePaste(store.paste);
  return spoken ? <Spoken store={store} look={look} /> : <Screen store={store} look={look} />;
}

/** Frames as pictures. Nothing for Ink to draw: the canvas paints them. */
function Screen({ store, look }: Omit<AppProps, "spoken">): ReactNode {
  const { columns, rows } = useWindowSize();
  const { stdout } = useStdout();
  useEffect(() => {
    const canvas = createCanvas((text) => stdout.write(text));
    // A row is left free, for a picture as high as the terminal can make it scroll.
    const box = { columns, rows: Math.max(1, rows - 1) };
    let drawings = -1;
    const paint = () => {
      const frame = store.frame();
      if (frame.redrawn !== drawings) canvas.invalidate();
      drawings = frame.redrawn;
      const { lines, reach } = draw(store, frame, look, box);
      canvas.paint(lines);
      store.showed(reach);
    };
    paint();
    const unsubscribe = store.subscribe(paint);
    return () => {
      unsubscribe();
      // Where there is no alternate screen to leave, the last words come below the picture.
      canvas.leaveAt(rows);
    };
  }, [store, look, stdout, columns, rows]);
  return null;
}

/** Frames in sentences, which Ink's screen-reader mode writes one below the other. */
function Spoken({ store, look }: Omit<AppProps, "spoken">): ReactNode {
  const frame = useSyncExternalStore(store.subscribe, store.frame);
  const { text, reach } = useMemo(() => speak(store, frame, look), [store, frame, look]);
  useEffect(() => store.showed(reach), [store, reach]);
  return <Text>{text}</Text>;
}
