import type { SweepConnectSessions } from '#libs/connecting';
import type { Logger } from '#libs/telemetry';

const atOnce = 100;

/** Ends overdue connect sessions now and then. Every replica may do it: the database lets one of them win. */
export class Sweeper {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly sweep: SweepConnectSessions,
    private readonly logger: Logger,
  ) {}

  start(everyMs: number): void {
    this.timer = setInterval(() => {
      this.running = this.running.then(() => this.once());
    }, everyMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async once(): Promise<void> {
    try {
      await this.sweep.execute(atOnce);
    } catch (error) {
      this.logger.warn({ err: error }, 'overdue connect sessions could not be swept');
    }
  }
}
