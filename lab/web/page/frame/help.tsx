import { viewState } from "../state/view-state.ts";
import { keys } from "./keys.ts";

export function Help() {
  return (
    <div className="overlay">
      <section className="help" role="dialog" aria-modal="true" aria-label="Keys">
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
        {/* biome-ignore lint/a11y/noAutofocus: a dialog takes the focus, and Escape or Enter closes it. */}
        <button type="button" autoFocus onClick={() => viewState.change({ help: false })}>
          Close
        </button>
      </section>
    </div>
  );
}
