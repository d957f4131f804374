/** One server-sent event (WHATWG HTML §9.2): what the API uses of them. */
export interface ServerSentEvent {
  /** `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

const LINE_BREAK = /\r\n|\n|\r(?!$)/;

/** Takes text in any pieces and gives the events that it completes. An unfinished event at the end is dropped with it. */
export function sseParser(): (text: string) => ServerSentEvent[] {
  let rest = "";
  let draft: Draft = {};

  return (text) => {
    const all = rest + text;
    const lines = all.split(all.includes("\r") ? LINE_BREAK : "\n");
    rest = lines.pop() ?? "";
    const events: ServerSentEvent[] = [];
    for (const line of lines) {
      if (line !== "") takeField(draft, line);
      else {
        if (draft.data) events.push({ event: draft.event || "message", data: draft.data.join("\n"), id: draft.id });
        draft = {};
      }
    }
    return events;
  };
}

interface Draft {
  event?: string;
  data?: string[];
  id?: string;
}

function takeField(draft: Draft, line: string): void {
  const colon = line.indexOf(":");
  if (colon === 0) return;
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
  if (field === "event") draft.event = value;
  else if (field === "id") draft.id = value;
  else if (field === "data") {
    draft.data ??= [];
    draft.data.push(value);
  }
}
