import { appendAudit, type AuditEvent } from '#libs/audit';
import { newId, type Clock } from '#libs/kernel';
import type { Sql } from '#libs/persistence';
import type { Logger } from '#libs/telemetry';

export interface CountedRefusalsDeps {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What strangers are refused is counted by reason: one audit row says how many there were since the last one. */
export class CountedRefusals<Reason extends string> {
  private readonly counts = new Map<Reason, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly deps: CountedRefusalsDeps,
    private readonly event: Pick<AuditEvent, 'kind' | 'outcome'>,
  ) {}

  count(reason: Reason): void {
    this.add(reason, 1);
  }

  /** Writes every `intervalMs` milliseconds while there is something to write. */
  start(intervalMs: number): void {
    this.timer = setInterval(() => void this.write(), intervalMs);
    this.timer.unref();
  }

  /** Writes what was counted; keeps the counts for the next time when the log cannot be written. */
  async write(): Promise<void> {
    const counts = [...this.counts];
    if (counts.length === 0) return;
    this.counts.clear();
    const { sql, clock, logger } = this.deps;
    try {
      const row = (reason: Reason, count: number): AuditEvent => ({
        ...this.event,
        id: newId(clock),
        actor: 'anonymous',
        reason,
        details: { count },
      });
      await appendAudit(sql, ...counts.map(([reason, count]) => row(reason, count)));
    } catch (error) {
      for (const [reason, count] of counts) this.add(reason, count);
      logger.warn({ err: error, kind: this.event.kind }, 'refusals could not be recorded yet');
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  private add(reason: Reason, count: number): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + count);
  }
}
