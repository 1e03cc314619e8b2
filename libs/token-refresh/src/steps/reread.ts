import { findRefreshGrant, rescheduleRefresh, type RefreshGrantRow } from '#libs/persistence';
import type { ProviderDefinition } from '#libs/providers';
import { needOf } from '../need.js';
import type { Attempt, RefreshCall } from '../refresh-call.js';
import type { RefreshDeps } from '../refresh-deps.js';

/** A grant under the claim, with what is known of its provider. */
export interface Found {
  readonly grant: RefreshGrantRow;
  readonly definition: ProviderDefinition;
  readonly canRefresh: boolean;
}

/** Reads the grant again under the claim: a peer may have refreshed it while the claim was on its way. */
export async function reread(deps: RefreshDeps, call: RefreshCall): Promise<Found | { readonly answer: Attempt }> {
  const grant = await findRefreshGrant(deps.database, call.grantId);
  if (!grant) return { answer: { kind: 'needs_reauth', reason: 'revoked' } };
  const definition = deps.catalogue.get(grant.provider);
  const need = needOf(grant, definition, call);
  if (need.kind === 'answer') return { answer: need.attempt };
  if (need.kind === 'reschedule' || !definition) {
    if (need.kind === 'reschedule') await rescheduleRefresh(deps.database, grant.id, grant.generation, need.at);
    return { answer: { kind: 'fresh', generation: grant.generation } };
  }
  return { grant, definition, canRefresh: need.kind === 'spend' };
}
