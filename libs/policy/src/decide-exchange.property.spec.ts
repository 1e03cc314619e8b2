import fc from 'fast-check';
import { decideConnect } from './decide-connect.js';
import { decideExchange } from './decide-exchange.js';
import { candidate, facts as fixture, inSeconds } from './facts.fixture.js';
import type { ExchangeFacts } from './facts.js';
import { closure, covers, type ScopeLattice } from './scopes.js';

const names = ['admin', 'write', 'read', 'mail', 'repo', 'status', 'unheard_of'];
const scope = fc.constantFrom(...names);
const scopes = fc.uniqueArray(scope, { maxLength: 5 });

/** `unheard_of` is never a key: a scope that the definition does not know. */
const lattice: fc.Arbitrary<ScopeLattice> = fc
  .array(fc.tuple(fc.constantFrom(...names.slice(0, -1)), scopes), { maxLength: 5 })
  .map((rows) => new Map(rows.map(([key, implied]) => [key, new Set(implied)])));

const consents = fc.record({
  consentScopes: scopes,
  grantScopes: scopes,
  isDefault: fc.boolean(),
  grantStatus: fc.constantFrom('active' as const, 'active' as const, 'needs_reauth' as const),
  consentExpiresAt: fc.option(fc.integer({ min: -5, max: 50 }).map(inSeconds), { nil: undefined }),
  accessExpiresAt: fc.option(fc.integer({ min: -20, max: 400 }).map(inSeconds), { nil: undefined }),
  hasRefreshToken: fc.boolean(),
});

const anyFacts: fc.Arbitrary<ExchangeFacts> = fc
  .record({
    lattice,
    operatorCap: fc.option(scopes, { nil: undefined, freq: 10 }),
    serverCap: fc.option(scopes, { nil: undefined, freq: 10 }),
    asked: fc.option(scopes, { nil: undefined, freq: 1 }),
    authorization: fc.constantFrom('per_server' as const, 'shared' as const),
    canNarrow: fc.boolean(),
    refreshUnavailable: fc.boolean(),
    minValiditySeconds: fc.integer({ min: 0, max: 1000 }),
    consents: fc.array(consents, { maxLength: 3 }),
  })
  .map(({ lattice, operatorCap, serverCap, asked, authorization, canNarrow, consents, ...rest }) =>
    fixture({
      operatorCap,
      serverCap: serverCap && { scopes: serverCap, version: 1 },
      request: { scopes: asked, minValiditySeconds: rest.minValiditySeconds },
      provider: { exists: true, lattice, authorization, canNarrow, expiryUnknown: false },
      refreshUnavailable: rest.refreshUnavailable,
      candidates: consents.map((consent, index) => candidate({ ...consent, consentId: `c-${index}` })),
    }),
  );

/** What any one layer allows; the test's own words, not the code's. */
const limits = (facts: ExchangeFacts, consented: readonly string[]) => [
  facts.operatorCap ?? [],
  facts.serverCap?.scopes ?? [],
  consented,
];

const runs = { numRuns: 3000 };

describe('decideExchange over random lattices (R20, R21)', () => {
  it('never lets a token leave that can do more than any single layer allows', () => {
    let left = 0;
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const decision = decideExchange(facts);
        if (decision.kind !== 'hand_out' && decision.kind !== 'narrow_needed') return;
        left += 1;
        const real = closure(decision.scopes, facts.provider.lattice);
        for (const limit of limits(facts, decision.candidate.consentScopes))
          expect(covers(limit, real, facts.provider.lattice)).toBe(true);
        expect(covers(decision.candidate.grantScopes, real, facts.provider.lattice)).toBe(true);
        expect(covers(real, decision.requested, facts.provider.lattice)).toBe(true);
        expect(decision.candidate.grantStatus).toBe('active');
        if (facts.request.scopes) expect(decision.requested).toEqual(facts.request.scopes);
      }),
      runs,
    );
    expect(left).toBeGreaterThan(100);
  });

  it('never hands out a token that has ended, nor on a consent that has', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const decision = decideExchange(facts);
        if (decision.kind !== 'hand_out') return;
        const { accessExpiresAt, consentExpiresAt } = decision.candidate;
        if (accessExpiresAt) expect(accessExpiresAt.getTime()).toBeGreaterThan(facts.now.getTime() + 10_000);
        if (consentExpiresAt) expect(consentExpiresAt.getTime()).toBeGreaterThan(facts.now.getTime());
      }),
      runs,
    );
  });

  it('denies by the layer that lacks the scopes, and only what it lacks', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const decision = decideExchange(facts);
        if (decision.kind !== 'denied') return;
        const layer = decision.layers.find(({ layer }) => layer === decision.deniedBy);
        if (layer) expect(layer).toMatchObject({ verdict: 'refuses', missing: decision.missing });
        else expect(decision.layers.some(({ excess }) => excess.length > 0)).toBe(true);
      }),
      runs,
    );
  });

  it('removing a scope from any layer never widens what leaves', () => {
    fc.assert(
      fc.property(anyFacts, scope, (facts, gone) => {
        const without = (list: readonly string[]) => list.filter((one) => one !== gone);
        const before = decideExchange(facts);
        const after = decideExchange({
          ...facts,
          operatorCap: facts.operatorCap && without(facts.operatorCap),
          serverCap: facts.serverCap && { ...facts.serverCap, scopes: without(facts.serverCap.scopes) },
        });
        if (after.kind === 'hand_out' && !facts.provider.canNarrow) expect(before.kind).toBe('hand_out');
      }),
      runs,
    );
  });

  it('never asks a person for more than both caps allow', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const asked = [decideExchange(facts), decideConnect({ ...facts, scopes: facts.request.scopes })];
        for (const decision of asked) {
          if (decision.kind !== 'ask' && decision.kind !== 'interaction_required') continue;
          for (const limit of limits(facts, decision.scopes))
            expect(covers(limit, decision.scopes, facts.provider.lattice)).toBe(true);
        }
      }),
      runs,
    );
  });
});
