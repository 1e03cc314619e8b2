import { appendAudit } from '#libs/audit';
import { newId } from '#libs/kernel';
import {
  finishUpstreamRevocation,
  postponeUpstreamRevocation,
  wipeRevokedGrant,
  type RefreshGrantRow,
  type UpstreamRevocationRow,
} from '#libs/persistence';
import type { UpstreamAnswer } from './ask-provider.js';
import type { RevocationDeps } from './revocation-deps.js';

const firstPauseMs = 5_000;
const longestPauseMs = 3_600_000;
/** After a week the person is better served by the provider's own page. Milliseconds. */
const giveUpAfterMs = 7 * 24 * 3_600_000;

export type UpstreamState = UpstreamRevocationRow['status'];

interface Tried {
  readonly revocation: UpstreamRevocationRow;
  readonly grant: RefreshGrantRow;
}

/** Writes down what the provider said: the end of a revocation, or when it is tried again. */
export async function conclude(deps: RevocationDeps, tried: Tried, said: UpstreamAnswer): Promise<UpstreamState> {
  if (said.outcome === 'lost') return await finish(deps, tried, 'failed', 'outcome_unknown');
  if (said.outcome !== 'failed') return await finish(deps, tried, said.outcome, undefined);
  const { revocation, grant } = tried;
  const failure = said.code ?? said.class;
  const age = grant.now.getTime() - revocation.createdAt.getTime();
  if (age > giveUpAfterMs) return await finish(deps, tried, 'failed', failure);
  const own = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(revocation.attempts, 20));
  const spread = 0.75 + deps.random.bytes(1).readUInt8() / 512;
  const retryInMs = Math.max(own * spread, Math.min(said.retryAfterMs ?? 0, longestPauseMs));
  await postponeUpstreamRevocation(deps.database, revocation.id, { failure, retryInMs });
  return 'pending';
}

async function finish(
  deps: RevocationDeps,
  { revocation, grant }: Tried,
  status: 'revoked' | 'unsupported' | 'failed',
  failure: string | undefined,
): Promise<UpstreamState> {
  await deps.database.transaction(async (tx) => {
    if (!(await finishUpstreamRevocation(tx, revocation.id, { status, failure }))) return;
    await wipeRevokedGrant(tx, grant.id);
    await appendAudit(tx, {
      id: newId(deps.clock, deps.random),
      kind: `upstream.${status}`,
      outcome: status === 'revoked' ? 'allowed' : 'failed',
      reason: failure,
      actor: 'worker',
      organizationId: grant.auditOrganizationId,
      serverId: grant.serverId ?? undefined,
      userId: grant.userId,
      provider: grant.provider,
      registrationId: grant.registrationId,
      connectionId: grant.connectionId,
      grantId: grant.id,
      generation: revocation.generation,
      details: { revocation: revocation.id },
    });
  });
  return status;
}
