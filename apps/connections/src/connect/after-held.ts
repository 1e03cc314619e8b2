import type { Response } from 'express';
import { SettleSession, type Held } from '#libs/connecting';
import { Failure, publicId } from '#libs/kernel';
import type { ConnectSessionRow } from '#libs/persistence';
import type { Logger } from '#libs/telemetry';

/** The answer is held. An opener who is known to be the subject is connected now; for anybody else the server has to speak first. */
export class AfterHeld {
  constructor(
    private readonly settling: SettleSession,
    private readonly logger: Logger,
  ) {}

  async execute(response: Response, session: ConnectSessionRow, held: Held): Promise<void> {
    const settled = held.proven ? await this.settle(session.id) : undefined;
    const onOurPage = `/connect/sessions/${publicId('connectSession', session.id)}`;
    const mayReturn = held.completionCode !== undefined && (!held.proven || settled === 'completed');
    if (!mayReturn || !held.completionCode) return response.redirect(303, onOurPage);
    const back = new URL(session.returnUrl);
    back.searchParams.set('connect_session', publicId('connectSession', session.id));
    back.searchParams.set('completion_code', held.completionCode.reveal());
    response.redirect(303, back.href);
  }

  /** What goes wrong is shown on the session's own page, where it can be tried again. */
  private async settle(sessionId: string): Promise<'completed' | 'confirming' | 'failed'> {
    try {
      return (await this.settling.execute(sessionId)).kind;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.logger.info({ connectSession: sessionId, code: error.code }, 'a held answer could not be settled yet');
      return 'failed';
    }
  }
}
