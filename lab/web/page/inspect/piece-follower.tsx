import { viewState } from "../state/view-state.ts";

/** Chooses the piece whose way through the swarm is shown. */
export function PieceFollower({ pieceCount, piece }: { pieceCount: number; piece: number | null }) {
  const choose = (value: number) => viewState.change({ piece: Math.max(0, Math.min(pieceCount - 1, value)) });
  return (
    <section>
      <h3>Follow one piece</h3>
      <div className="follower">
        <input
          type="range"
          aria-label="Piece to follow"
          min={0}
          max={Math.max(0, pieceCount - 1)}
          value={piece ?? 0}
          onChange={(event) => choose(Number(event.target.value))}
        />
        <output>{piece === null ? "–" : piece}</output>
        <button
          type="button"
          disabled={pieceCount === 0}
          onClick={() => viewState.change({ piece: piece === null ? 0 : null })}
        >
          {piece === null ? "follow" : "let go"}
        </button>
      </div>
      <p className="hint">
        {piece === null
          ? "See who has it, from whom, and how many steps from the source."
          : "The number in a core is the steps from the source."}
      </p>
    </section>
  );
}
