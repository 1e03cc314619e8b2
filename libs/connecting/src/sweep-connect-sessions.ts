import { findConnectSession, listOverdueSessions } from '#libs/persistence';
import { AbandonSession } from './abandon-session.js';
import type { ConnectingDeps } from './deps.js';

type Deps = Pick<ConnectingDeps, 'database' | 'vault' | 'fingerprinter' | 'clock' | 'random' | 'logger'>;

/** Ends sessions that nobody finished in time, so that nothing secret of theirs stays behind. Any number may run at once. */
export class SweepConnectSessions {
  private readonly abandon: AbandonSession;

  constructor(private readonly deps: Deps) {
    this.abandon = new AbandonSession(deps);
  }

  /** Returns how many it ended; at most `limit`. */
  async execute(limit: number): Promise<number> {
    let ended = 0;
    for (const id of await listOverdueSessions(this.deps.database, limit)) {
      if (await this.end(id)) ended += 1;
    }
    return ended;
  }

  private async end(id: string): Promise<boolean> {
    const session = await findConnectSession(this.deps.database, id);
    if (!session) return false;
    try {
      return await this.abandon.execute(session, {
        status: 'failed',
        failure: 'expired',
        event: { kind: 'connect.failed', outcome: 'failed', actor: 'worker' },
      });
    } catch (error) {
      this.deps.logger.warn({ err: error, connectSession: id }, 'an overdue connect session could not be ended');
      return false;
    }
  }
}
