/** The parts of Ink's key that are looked at. */
interface PressedKey {
  upArrow: boolean;
  downArrow: boolean;
  pageDown: boolean;
  pageUp: boolean;
  home: boolean;
  end: boolean;
  return: boolean;
  escape: boolean;
  ctrl: boolean;
  shift: boolean;
  tab: boolean;
  backspace: boolean;
  delete: boolean;
}

/**
 * The keys of one piece of input: a key that writes nothing by its name (`up`, `enter`, `ctrl-c`), and text, which a fast
 * hand sends in one piece, character by character.
 */
export function keysOf(input: string, key: PressedKey): string[] {
  const name = nameOf(input, key);
  return name === undefined ? [...input].map((one) => named[one] ?? one).filter((one) => one >= " ") : [name];
}

function nameOf(input: string, key: PressedKey): string | undefined {
  if (key.upArrow) return "up";
  if (key.downArrow) return "down";
  if (key.pageUp) return "pageup";
  if (key.pageDown) return "pagedown";
  if (key.home) return "home";
  if (key.end) return "end";
  if (key.return) return "enter";
  if (key.escape) return "esc";
  if (key.tab) return key.shift ? "shift-tab" : "tab";
  if (key.backspace || key.delete) return "backspace";
  return key.ctrl ? `ctrl-${input}` : undefined;
}

/** Characters that have a name; other control characters are no keys of ours. */
const named: Readonly<Record<string, string>> = {
  " ": "space",
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
};

/** What a key writes, if it writes something. */
export function textOf(key: string): string | undefined {
  if (key === "space") return " ";
  return [...key].length === 1 ? key : undefined;
}
