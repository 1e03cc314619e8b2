export { Revocations } from './revocations.js';
export type { RevocationDeps, RevocationResult, RevokedBy } from './revocation-deps.js';
export type { AccessToGiveUp } from './give-up-access.js';
export type { UpstreamState } from './conclude.js';
