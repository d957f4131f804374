/** Names and values, one under the other. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: string, help?: string])[] }) {
  return (
    <dl className="pairs">
      {facts.map(([name, value, help]) => (
        <div key={name} title={help}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
