import { useEffect, useRef } from "react";
import { viewState } from "../state/view-state.ts";
import { keys } from "./keys.ts";

/** Modal: the browser keeps the focus inside, and gives it back afterwards. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="help" aria-label="Keys" onClose={() => viewState.change({ help: false })}>
      <h2>Keys</h2>
      <dl>
        {Object.entries(keys).map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
