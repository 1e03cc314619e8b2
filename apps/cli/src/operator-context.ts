import { appendAudit, type AuditEvent } from '#libs/audit';
import { newId, type Clock, type Random } from '#libs/kernel';
import type { Database, Sql } from '#libs/persistence';

/** What every act of an operator needs. */
export interface OperatorContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
}

/** Records an operator's act in the transaction of the act itself. */
export async function recordAct(
  tx: Sql,
  context: OperatorContext,
  act: Pick<AuditEvent, 'kind'> & Partial<AuditEvent>,
): Promise<void> {
  await appendAudit(tx, { id: newId(context.clock), outcome: 'allowed', actor: 'operator', ...act });
}
