import type { ScopeLine } from '#libs/connecting';

const risks = { low: 'low risk', medium: 'medium risk', high: 'high risk' } as const;

/** The scopes in words, what is new first. */
export function ScopeList({ scopes }: { scopes: readonly ScopeLine[] }) {
  if (scopes.length === 0) return <p>See who you are there, and nothing else.</p>;
  const sorted = scopes.toSorted((a, b) => Number(a.allowedAlready) - Number(b.allowedAlready));
  return (
    <ul className="scopes">
      {sorted.map(({ scope, says, risk, allowedAlready }) => (
        <li key={scope}>
          <span>
            {says} <code>{scope}</code>
          </span>
          <span>
            <span className={`tag ${risk}`}>{risks[risk]}</span>{' '}
            <span className="tag">{allowedAlready ? 'allowed already' : 'new'}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
