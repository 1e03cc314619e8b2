import type { Callers } from '#libs/caller-auth';
import type { Vault } from '#libs/crypto';
import type { RefreshNeeded } from '#libs/policy';
import type { TokenRefresher } from '#libs/token-refresh';
import type { ExchangeAnswer, ExchangeAnswers } from './exchange-answers.js';
import type { ExchangeCandidate, ExchangeQuestion, Verdict } from './exchange-question.js';
import type { ExchangeCall, ExchangeQuestions } from './exchange-questions.js';
import type { MicroBatcher } from './micro-batcher.js';

// Loading a key, a refresh, and the decision after each: more rounds mean that something is wrong.
const mostRounds = 5;
// A caller waits this long for a refresh; milliseconds.
const refreshWaitMs = 12_000;

/** Hands out a token, or says which layer refused and how to mend it. */
export class ExchangeTokenUseCase {
  constructor(
    private readonly callers: Callers,
    private readonly questions: ExchangeQuestions,
    private readonly decisions: MicroBatcher<ExchangeQuestion, Verdict>,
    private readonly vault: Vault,
    private readonly refresher: TokenRefresher,
    private readonly answers: ExchangeAnswers,
  ) {}

  async execute(call: ExchangeCall): Promise<ExchangeAnswer> {
    let question = await this.questions.from(call);
    for (let round = 0; round < mostRounds; round++) {
      const verdict = await this.decisions.ask(question);
      if (verdict.kind === 'unknown_caller') return this.callers.refuse();
      if (verdict.kind === 'key_needed') await this.vault.prepare(verdict.organizationId, verdict.version);
      else if (verdict.decision.kind === 'refresh_needed') question = await this.refreshed(question, verdict.decision);
      else return await this.answers.to(question, verdict);
      question = this.questions.again(question);
    }
    throw new Error('an exchange was not decided within its rounds');
  }

  /** The question as it is asked again after a refresh was tried. */
  private async refreshed(
    question: ExchangeQuestion,
    { candidate, reason }: RefreshNeeded<ExchangeCandidate>,
  ): Promise<ExchangeQuestion> {
    const result = await this.refresher.refresh({
      grantId: candidate.grantId,
      because: reason,
      knownGeneration: candidate.generation,
      waitMs: refreshWaitMs,
    });
    // A grant that died says so by its own state when it is read again.
    if (result.kind === 'needs_reauth') return question;
    return { ...question, refreshUnavailable: result.kind === 'unavailable' || reason === 'min_validity' };
  }
}
