import type { Uuid } from '#libs/kernel';
import { markHandedOut, type Sql } from '#libs/persistence';
import type { Logger } from '#libs/telemetry';

/**
 * Remembers which grants were handed out and writes that down now and then, so that the worker keeps them fresh ahead
 * of need. Losing some marks only means a refresh on demand, so nobody waits for this.
 */
export class HandOutMarks {
  private grants = new Set<Uuid>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sql: Sql,
    private readonly logger: Logger,
  ) {}

  add(grantId: Uuid): void {
    this.grants.add(grantId);
  }

  /** Writes every `intervalMs` milliseconds. */
  start(intervalMs: number): void {
    this.timer = setInterval(() => void this.write(), intervalMs);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  private async write(): Promise<void> {
    if (this.grants.size === 0) return;
    const marked = [...this.grants];
    this.grants.clear();
    await markHandedOut(this.sql, marked).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'use of grants could not be noted');
    });
  }
}
