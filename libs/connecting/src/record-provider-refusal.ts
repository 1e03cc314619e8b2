import { appendAudit } from '#libs/audit';
import { publicId } from '#libs/kernel';
import { endSession, type ConnectSessionRow } from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';
import { LinkRefused } from './link-refused.js';
import { returnTo } from './return-to.js';
import { sessionFacts } from './session-facts.js';

type Deps = Pick<ConnectingDeps, 'database' | 'clock' | 'random'>;

/** What the provider's `error` comes down to here (RFC 6749 section 4.1.2.1). Its own words go no further. */
export type ProviderRefusal = 'access_denied' | 'temporarily_unavailable' | 'provider_error';

const errors: Readonly<Record<string, ProviderRefusal>> = {
  access_denied: 'access_denied',
  temporarily_unavailable: 'temporarily_unavailable',
  server_error: 'temporarily_unavailable',
};

/** The provider sent the person back without a code. The state was checked before, so the word is the provider's. */
export class RecordProviderRefusal {
  constructor(private readonly deps: Deps) {}

  /** @throws LinkRefused when the session ended meanwhile */
  async execute(
    session: ConnectSessionRow,
    error: string,
  ): Promise<{ readonly refusal: ProviderRefusal; readonly returnUrl: string }> {
    const refusal = Object.hasOwn(errors, error) ? (errors[error] ?? 'provider_error') : 'provider_error';
    await this.deps.database.transaction(async (tx) => {
      const denied = refusal === 'access_denied';
      const failure = denied ? 'denied_at_provider' : refusal;
      const first = await endSession(tx, session, { status: denied ? 'denied' : 'failed', failure });
      if (!first) throw new LinkRefused('state_mismatch');
      await appendAudit(tx, {
        ...sessionFacts(this.deps, session),
        kind: denied ? 'connect.denied' : 'connect.failed',
        outcome: denied ? 'denied' : 'failed',
        reason: failure,
        actor: 'provider',
      });
    });
    const connect_session = publicId('connectSession', session.id);
    const word = refusal === 'provider_error' ? 'server_error' : refusal;
    return { refusal, returnUrl: returnTo(session.returnUrl, { connect_session, error: word }) };
  }
}
