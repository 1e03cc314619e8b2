import type { SweepConnectSessions } from '#libs/connecting';
import { addAuditPartitions, pruneBrowserSessions, type Database } from '#libs/persistence';

const monthsAhead = 3;
const mostAtOnce = 200;

/** Makes room in the log ahead of time, so that no month begins without its partition. */
export class AddAuditPartitions {
  constructor(private readonly database: Database) {}

  async execute(): Promise<void> {
    await addAuditPartitions(this.database, monthsAhead);
  }
}

/** Removes what has passed its time: browser sessions, and what unfinished connect sessions still hold. */
export class PruneSessions {
  constructor(
    private readonly database: Database,
    private readonly connectSessions: SweepConnectSessions,
  ) {}

  async execute(): Promise<void> {
    await pruneBrowserSessions(this.database);
    await this.connectSessions.execute(mostAtOnce);
  }
}
