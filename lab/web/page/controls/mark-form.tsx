import { type FormEvent, useState } from "react";
import type { Act } from "./controls.tsx";

/** A note in the journal: "now I stop the seeder". */
export function MarkForm({ act }: { act: Act }) {
  const [text, setText] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    if (await act({ type: "mark", text: text.trim() }, "marked")) setText("");
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h3>Mark the moment</h3>
      <div className="row">
        <input
          value={text}
          maxLength={200}
          aria-label="Text of the mark"
          placeholder="what happens now"
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" disabled={text.trim() === ""}>
          Mark
        </button>
      </div>
    </form>
  );
}
