import { decideExchange } from './decide-exchange.js';
import { candidate, facts, inSeconds, provider } from './facts.fixture.js';

const lasting = (seconds: number, over: object = {}) => [candidate({ accessExpiresAt: inSeconds(seconds), ...over })];

describe('decideExchange: the life of the token (R24)', () => {
  it.each([
    [-5, 'refresh_needed'],
    [10, 'refresh_needed'],
    [11, 'hand_out'],
  ])('a token with %i s left leads to %s', (seconds, kind) => {
    expect(decideExchange(facts({ candidates: lasting(seconds) })).kind).toBe(kind);
  });

  it('asks to reconnect when an expired token has no refresh token', () => {
    const candidates = lasting(0, { hasRefreshToken: false });
    expect(decideExchange(facts({ candidates }))).toMatchObject({ kind: 'interaction_required', need: 'reconnect' });
  });

  it('refreshes for min_validity, but never insists on more than 300 s', () => {
    const request = { minValiditySeconds: 86_400 };
    expect(decideExchange(facts({ request, candidates: lasting(299) }))).toMatchObject({ reason: 'min_validity' });
    expect(decideExchange(facts({ request, candidates: lasting(300) })).kind).toBe('hand_out');
  });

  it('warns when min_validity cannot be had', () => {
    const request = { minValiditySeconds: 60 };
    const candidates = lasting(30, { hasRefreshToken: false });
    expect(decideExchange(facts({ request, candidates }))).toMatchObject({ warnings: ['shorter_than_min_validity'] });
  });

  it('leaves an unknown expiry out, and tells it from a token that does not expire', () => {
    const candidates = [candidate({ accessExpiresAt: undefined })];
    const unknown = decideExchange(facts({ candidates, provider: provider({ expiryUnknown: true }) }));
    expect(unknown).toMatchObject({ kind: 'hand_out', expiryUnknown: true });
    expect(unknown).not.toHaveProperty('expiresAt');
    expect(decideExchange(facts({ candidates }))).toMatchObject({ kind: 'hand_out', expiryUnknown: false });
  });

  it('refreshes a generation that was rejected once, and hands out the newer one', () => {
    const rejected = (generation: number) => ({ rejectedGeneration: { grantId: 'grant-1', generation } });
    expect(decideExchange(facts({ request: rejected(3) }))).toMatchObject({ reason: 'rejected' });
    expect(decideExchange(facts({ request: rejected(2) })).kind).toBe('hand_out');
    const other = { rejectedGeneration: { grantId: 'grant-2', generation: 3 } };
    expect(decideExchange(facts({ request: other })).kind).toBe('hand_out');
  });

  it('asks to reconnect when a rejected token cannot be refreshed', () => {
    const request = { rejectedGeneration: { grantId: 'grant-1', generation: 3 } };
    const candidates = [candidate({ hasRefreshToken: false })];
    expect(decideExchange(facts({ request, candidates }))).toMatchObject({ need: 'reconnect' });
  });

  it('serves a token that still lives while the provider is away, with a warning', () => {
    const over = { request: { minValiditySeconds: 120 }, refreshUnavailable: true };
    expect(decideExchange(facts({ ...over, candidates: lasting(60) }))).toMatchObject({
      kind: 'hand_out',
      warnings: ['provider_unavailable', 'shorter_than_min_validity'],
    });
    expect(decideExchange(facts({ ...over, candidates: lasting(0) })).kind).toBe('provider_unavailable');
  });
});

describe('decideExchange: several accounts', () => {
  const first = candidate({ consentId: 'c-1', accountLabel: 'work' });
  const second = candidate({ consentId: 'c-2', accountLabel: 'home' });

  it('gives the choices when none is the default', () => {
    expect(decideExchange(facts({ candidates: [first, second] }))).toMatchObject({
      kind: 'account_selection_required',
      choices: [
        { consentId: 'c-1', account: 'work' },
        { consentId: 'c-2', account: 'home' },
      ],
    });
  });

  it('takes the default, and the one named over it', () => {
    const candidates = [first, { ...second, isDefault: true }];
    expect(decideExchange(facts({ candidates }))).toMatchObject({ candidate: { consentId: 'c-2' } });
    const request = { connectionId: 'c-1' };
    expect(decideExchange(facts({ candidates, request }))).toMatchObject({ candidate: { consentId: 'c-1' } });
  });

  it('does not slip to the other account when the named or the default one is broken', () => {
    const broken = { ...second, isDefault: true, grantStatus: 'needs_reauth' as const };
    expect(decideExchange(facts({ candidates: [first, broken] }))).toMatchObject({ need: 'reconnect' });
    expect(decideExchange(facts({ candidates: [first], request: { connectionId: 'c-2' } })).kind).toBe(
      'connection_not_found',
    );
  });

  it('leaves consents that ended out of the choice', () => {
    const ended = { ...second, consentExpiresAt: inSeconds(-1) };
    expect(decideExchange(facts({ candidates: [first, ended] }))).toMatchObject({ candidate: { consentId: 'c-1' } });
  });
});
