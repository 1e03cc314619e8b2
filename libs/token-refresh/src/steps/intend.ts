import { appendAudit } from '#libs/audit';
import { intendSpend } from '#libs/persistence';
import { grantEvent } from '../events.js';
import type { RefreshReason } from '../refresh-call.js';
import type { RefreshDeps } from '../refresh-deps.js';
import type { Claim } from './claim.js';
import { StaleClaim } from './recheck.js';
import type { Found } from './reread.js';

/**
 * Commits, together with its audit row, that the refresh token of this generation is about to be spent.
 * @throws StaleClaim when claim, generation or grant changed; the database's error when the log cannot be written
 */
export async function intend(deps: RefreshDeps, claim: Claim, found: Found, because: RefreshReason): Promise<void> {
  const { grant } = found;
  const event = grantEvent(deps, grant, {
    kind: 'token.refresh_started',
    outcome: 'allowed',
    details: { because, attempt: claim.hold.leaseId },
  });
  await deps.database.transaction(async (tx) => {
    if (!(await intendSpend(tx, claim.hold, grant.generation))) throw new StaleClaim('claim');
    await appendAudit(tx, event);
  });
}
