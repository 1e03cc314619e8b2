import { fingerprint } from '../world/random-text.js';
import type { WitnessEntry } from '../witness/witness.js';
import type { GithubAccount } from './accounts.js';
import type { GithubState } from './state.js';
import type { TokenPair } from './tokens.js';

/** A code or refresh token that a client sent. */
export interface Sent {
  readonly event: WitnessEntry['event'];
  readonly value: string;
  readonly clientId: string | undefined;
  readonly account: GithubAccount | undefined;
  readonly generation: number | null;
}

/** Witnesses that it was taken, and what left for it. */
export function witnessAccepted(state: GithubState, sent: Sent, pair: TokenPair): void {
  const issued = { access: pair.access, refresh: pair.refresh ?? null };
  state.world.witness.record({ ...seen(sent), outcome: 'accepted', issued });
}

/** Witnesses that it was not taken, and why. */
export function witnessRefused(state: GithubState, sent: Sent, reason: string): void {
  state.world.witness.record({ ...seen(sent), outcome: 'refused', reason });
}

function seen({ event, value, clientId, account, generation }: Sent) {
  return {
    provider: 'github',
    event,
    client_id: clientId ?? null,
    account: account?.login ?? null,
    fingerprint: fingerprint(value),
    generation,
  } as const;
}
