import { appendAudit } from '#libs/audit';
import { newId, type Clock } from '#libs/kernel';
import type { Sql } from '#libs/persistence';
import type { Logger } from '#libs/telemetry';

/** One audit row says how many calls without a valid credential came in since the last one. */
export class RefusedCallers {
  private refusals = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  count(): void {
    this.refusals += 1;
  }

  /** Writes every `intervalMs` milliseconds while there is something to write. */
  start(intervalMs: number): void {
    this.timer = setInterval(() => void this.write(), intervalMs);
    this.timer.unref();
  }

  /** Writes what was counted; keeps the count for the next time when the log cannot be written. */
  async write(): Promise<void> {
    const count = this.refusals;
    if (count === 0) return;
    this.refusals = 0;
    try {
      await appendAudit(this.sql, {
        id: newId(this.clock),
        kind: 'caller.refused',
        outcome: 'denied',
        actor: 'anonymous',
        reason: 'invalid_client',
        details: { count },
      });
    } catch (error) {
      this.refusals += count;
      this.logger.warn({ err: error }, 'refused callers could not be recorded yet');
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }
}
