import { appendAudit } from '#libs/audit';
import { newId, type Clock, type Random, type Uuid } from '#libs/kernel';
import { findServer, findSubject, liftRefusal, type Database } from '#libs/persistence';
import type { RevokedBy } from '#libs/revocation';

interface Deps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
}

/** A person who said no to a tool lets it ask again. What is not theirs, or gone, changes nothing. */
export class LiftRefusal {
  constructor(private readonly deps: Deps) {}

  async execute(
    refusal: { readonly subjectId: Uuid; readonly provider: string; readonly userId: Uuid },
    by: RevokedBy,
  ): Promise<void> {
    const { database, clock, random } = this.deps;
    await database.transaction(async (tx) => {
      if (!(await liftRefusal(tx, refusal))) return;
      const subject = await findSubject(tx, refusal.subjectId);
      const server = subject && (await findServer(tx, subject.serverId));
      await appendAudit(tx, {
        ...by,
        ...refusal,
        id: newId(clock, random),
        kind: 'refusal.lifted',
        outcome: 'allowed',
        organizationId: server?.organizationId,
        serverId: server?.id,
      });
    });
  }
}
