import type { Candidate, ExchangeFacts, ProviderFacts } from './facts.js';

export const now = new Date('2026-03-01T12:00:00Z');

/** `seconds` after the moment of the decision. */
export const inSeconds = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

export const lattice = new Map([
  ['repo', new Set(['public_repo', 'repo:status'])],
  ['user', new Set(['read:user', 'user:email'])],
]);

export const provider = (over: Partial<ProviderFacts> = {}): ProviderFacts => ({
  exists: true,
  lattice,
  authorization: 'per_server',
  canNarrow: false,
  expiryUnknown: false,
  ...over,
});

export const candidate = (over: Partial<Candidate> = {}): Candidate => ({
  consentId: 'consent-1',
  connectionId: 'connection-1',
  accountLabel: 'octo',
  isDefault: false,
  consentScopes: ['repo'],
  grantId: 'grant-1',
  grantStatus: 'active',
  grantScopes: ['repo'],
  generation: 3,
  accessExpiresAt: inSeconds(3600),
  hasRefreshToken: true,
  ...over,
});

/** A request without scopes that is handed out as it stands; each test breaks one thing of it. */
export const facts = (over: Partial<ExchangeFacts> = {}): ExchangeFacts => ({
  now,
  request: {},
  provider: provider(),
  operatorCap: ['repo', 'user'],
  serverCap: { scopes: ['repo', 'read:user'], version: 1 },
  candidates: [candidate()],
  ...over,
});
