import { decideExchange } from './decide-exchange.js';
import { candidate, facts, inSeconds, provider } from './facts.fixture.js';

const verdicts = (decision: ReturnType<typeof decideExchange>) =>
  Object.fromEntries(decision.layers.map(({ layer, verdict }) => [layer, verdict]));

describe('decideExchange: caps, one layer at a time (P2)', () => {
  it('hands out when every layer allows it', () => {
    const decision = decideExchange(facts());
    expect(decision).toMatchObject({ kind: 'hand_out', scopes: ['repo'], requested: ['repo'], warnings: [] });
    expect(Object.values(verdicts(decision))).toEqual(['passes', 'passes', 'passes', 'passes', 'passes']);
  });

  it.each([
    ['an unknown provider', { provider: provider({ exists: false }) }],
    ['a provider that no registration serves', { operatorCap: undefined }],
  ])('answers invalid_target to %s', (_, over) => {
    expect(decideExchange(facts(over)).kind).toBe('invalid_target');
  });

  it('denies what is beyond the operator cap, and says which layer refused', () => {
    const decision = decideExchange(facts({ operatorCap: ['user'], request: { scopes: ['repo'] } }));
    expect(decision).toMatchObject({ kind: 'denied', deniedBy: 'operator_cap', missing: ['repo'] });
    expect(verdicts(decision)).toMatchObject({ operator_cap: 'refuses', server_cap: 'passes' });
  });

  it('denies what is beyond the server cap, and says which layer refused', () => {
    const decision = decideExchange(
      facts({ serverCap: { scopes: ['public_repo'], version: 2 }, request: { scopes: ['repo', 'public_repo'] } }),
    );
    expect(decision).toMatchObject({ kind: 'denied', deniedBy: 'server_cap', missing: ['repo'] });
    expect(verdicts(decision)).toMatchObject({ operator_cap: 'passes', server_cap: 'refuses' });
  });

  it('denies a server without a cap, whatever it asks', () => {
    expect(decideExchange(facts({ serverCap: undefined }))).toMatchObject({ kind: 'denied', deniedBy: 'server_cap' });
  });

  it('checks caps before connections, so that nobody connects in vain', () => {
    const decision = decideExchange(facts({ candidates: [], request: { scopes: ['admin:org'] } }));
    expect(decision).toMatchObject({ kind: 'denied', deniedBy: 'operator_cap', missing: ['admin:org'] });
    expect(verdicts(decision)).toMatchObject({ consent: 'not_reached', grant: 'not_reached' });
  });

  it('denies where every token of the provider would break a cap (R21)', () => {
    const notion = provider({ authorization: 'shared', fixedScopes: ['read', 'write'] });
    const over = { provider: notion, operatorCap: ['read', 'write'], serverCap: { scopes: ['read'], version: 1 } };
    expect(decideExchange(facts({ ...over, candidates: [] }))).toMatchObject({
      kind: 'denied',
      deniedBy: 'provider_cannot_narrow',
      missing: ['write'],
    });
  });
});

describe('decideExchange: what the person can mend', () => {
  it('asks to connect when nothing is connected, within both caps', () => {
    const decision = decideExchange(facts({ candidates: [] }));
    expect(decision).toMatchObject({ kind: 'interaction_required', need: 'connect', scopes: ['read:user', 'repo'] });
  });

  it('asks for the scopes that the request names, when it names some', () => {
    const decision = decideExchange(facts({ candidates: [], request: { scopes: ['public_repo'] } }));
    expect(decision).toMatchObject({ need: 'connect', scopes: ['public_repo'] });
  });

  it('asks for consent again when it has ended, at the very moment', () => {
    const decision = decideExchange(facts({ candidates: [candidate({ consentExpiresAt: inSeconds(0) })] }));
    expect(decision).toMatchObject({ kind: 'interaction_required', need: 'consent', scopes: ['repo'] });
    expect(decision.layers.find(({ layer }) => layer === 'consent')).toMatchObject({ note: 'expired' });
    expect(decideExchange(facts({ candidates: [candidate({ consentExpiresAt: inSeconds(1) })] })).kind).toBe(
      'hand_out',
    );
  });

  it('asks for more consent, together with what was allowed before', () => {
    const decision = decideExchange(facts({ request: { scopes: ['read:user'] } }));
    expect(decision).toMatchObject({ kind: 'interaction_required', need: 'consent', scopes: ['read:user', 'repo'] });
  });

  it('asks to reconnect when the provider has ended the grant', () => {
    const decision = decideExchange(facts({ candidates: [candidate({ grantStatus: 'needs_reauth' })] }));
    expect(decision).toMatchObject({ kind: 'interaction_required', need: 'reconnect', scopes: ['repo'] });
  });

  it('asks to reconnect when the provider granted less than was allowed here', () => {
    const less = candidate({ grantScopes: ['public_repo'] });
    expect(decideExchange(facts({ candidates: [less], request: { scopes: ['repo'] } }))).toMatchObject({
      need: 'reconnect',
    });
    const omitted = decideExchange(facts({ candidates: [less] }));
    expect(omitted).toMatchObject({ kind: 'hand_out', requested: ['public_repo'] });
  });

  it('does not ask a person who said no, but still serves what they allowed', () => {
    const over = { refusedUntil: inSeconds(60), request: { scopes: ['read:user'] } };
    expect(decideExchange(facts(over))).toMatchObject({ kind: 'denied', deniedBy: 'user_denied' });
    expect(decideExchange(facts({ refusedUntil: inSeconds(60) })).kind).toBe('hand_out');
    expect(decideExchange(facts({ ...over, refusedUntil: inSeconds(0) })).kind).toBe('interaction_required');
  });
});

describe('decideExchange: the token against the ceiling (R21)', () => {
  const wide = candidate({ consentScopes: ['public_repo'], grantScopes: ['repo'] });

  it('asks for a narrower authorization when the token exceeds the consent alone', () => {
    const decision = decideExchange(facts({ candidates: [wide] }));
    expect(decision).toMatchObject({ kind: 'interaction_required', need: 'reconnect', scopes: ['public_repo'] });
    expect(decision.layers.find(({ layer }) => layer === 'consent')).toMatchObject({
      excess: ['repo'],
      verdict: 'refuses',
    });
  });

  it('denies it on a shared grant, which no new authorization narrows', () => {
    const decision = decideExchange(facts({ candidates: [wide], provider: provider({ authorization: 'shared' }) }));
    expect(decision).toMatchObject({ kind: 'denied', deniedBy: 'provider_cannot_narrow', missing: ['repo'] });
  });

  it('denies a token beyond a cap that was narrowed later, and the layers name the cap', () => {
    const decision = decideExchange(facts({ serverCap: { scopes: ['public_repo'], version: 2 } }));
    expect(decision).toMatchObject({ kind: 'denied', deniedBy: 'provider_cannot_narrow', missing: ['repo'] });
    expect(verdicts(decision)).toMatchObject({ operator_cap: 'passes', server_cap: 'refuses', consent: 'passes' });
  });

  it('has it narrowed where the provider can', () => {
    const decision = decideExchange(facts({ candidates: [wide], provider: provider({ canNarrow: true }) }));
    expect(decision).toMatchObject({ kind: 'narrow_needed', narrowTo: ['public_repo'], scopes: ['public_repo'] });
  });

  it('refuses a token with a scope that nobody has heard of', () => {
    const odd = candidate({ grantScopes: ['repo', 'new_thing'] });
    expect(decideExchange(facts({ candidates: [odd] }))).toMatchObject({ kind: 'denied', missing: ['new_thing'] });
  });

  it('hands out a token wider than the request with a warning, while it is under the ceiling', () => {
    const decision = decideExchange(facts({ request: { scopes: ['public_repo'] } }));
    expect(decision).toMatchObject({ kind: 'hand_out', scopes: ['repo'], warnings: ['wider_than_requested'] });
    expect(verdicts(decision)).toMatchObject({ request: 'warns' });
  });
});
