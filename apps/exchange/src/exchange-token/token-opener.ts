import { appendAudit } from '#libs/audit';
import { KeyNotInMemory, KeyUnavailable, SealBroken, type SealContext, type Vault } from '#libs/crypto';
import { newId, type Clock, type Secret } from '#libs/kernel';
import type { ConsentFacts, QuestionFacts, Sql } from '#libs/persistence';
import type { ExchangeQuestion } from './exchange-question.js';

/** Opens the token of a hand-out whose row is committed. */
export class TokenOpener {
  constructor(
    private readonly vault: Vault,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  /** Throws KeyUnavailable, or SealBroken after having reported it. */
  async open(question: ExchangeQuestion, facts: QuestionFacts, row: ConsentFacts): Promise<Secret> {
    const { accessTokenSealed: sealed, wrappedShredSecret: shred } = row;
    if (!sealed) throw new Error('an active grant has no access token');
    if (!shred) throw new KeyUnavailable('shred_secret_missing', row.keyOrganizationId);
    try {
      return await this.openLoading(sealed, contextOf(question, row), shred);
    } catch (error) {
      if (error instanceof SealBroken) await this.report(question, facts, row);
      throw error;
    }
  }

  private async openLoading(sealed: Buffer, context: SealContext, shred: Buffer): Promise<Secret> {
    try {
      return this.vault.openNow(sealed, context, shred);
    } catch (error) {
      if (!(error instanceof KeyNotInMemory)) throw error;
      return await this.vault.open(sealed, context);
    }
  }

  /** A token that does not open was changed or moved by somebody: that is for the auditors to see (R45). */
  private async report(question: ExchangeQuestion, facts: QuestionFacts, row: ConsentFacts): Promise<void> {
    await appendAudit(this.sql, {
      id: newId(this.clock),
      kind: 'crypto.seal_broken',
      outcome: 'failed',
      actor: 'worker',
      organizationId: facts.organizationId ?? undefined,
      serverId: facts.serverId ?? undefined,
      userId: row.userId,
      grantId: row.grantId,
      connectionId: row.connectionId,
      consentId: row.consentId,
      generation: row.generation,
      provider: question.provider,
      requestId: question.requestId,
    });
  }
}

function contextOf(question: ExchangeQuestion, row: ConsentFacts): SealContext {
  return {
    class: 'grant.access_token',
    organizationId: row.keyOrganizationId,
    userId: row.userId,
    recordId: row.grantId,
    provider: question.provider,
    generation: row.generation,
  };
}
