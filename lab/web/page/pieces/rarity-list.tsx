/** How many pieces have 0, 1, 2, … holders. Rarest first keeps the bars close together, and moves them to the right. */
export function RarityList({ rarity }: { rarity: readonly number[] }) {
  const most = Math.max(...rarity, 1);
  const shown = rarity.map((pieces, holders) => ({ pieces, holders })).filter(({ pieces }) => pieces > 0);
  return (
    <dl className="rarity" aria-label="Pieces by number of holders">
      {shown.map(({ pieces, holders }) => (
        <div key={holders} title={`${pieces} pieces have ${holders} holders`}>
          <dd>{pieces}</dd>
          <dd className="bar" style={{ height: `${Math.max(2, (pieces / most) * 34)}px` }} data-none={holders === 0} />
          <dt>{holders}×</dt>
        </div>
      ))}
    </dl>
  );
}
