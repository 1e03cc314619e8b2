import { appendAuditBatch, type AuditEvent } from '#libs/audit';
import type { ProviderFactsOf } from '#libs/connecting';
import { KeyNotInMemory, type Vault } from '#libs/crypto';
import type { Clock, Uuid } from '#libs/kernel';
import { isConnectionLoss, passGate, readExchangeFacts, type Database, type QuestionFacts } from '#libs/persistence';
import { exchangeAuditEvent } from './exchange-audit-event.js';
import { decide } from './exchange-decision.js';
import type { Decided, ExchangeQuestion, Verdict } from './exchange-question.js';

const repeatWithinMs = 1_000;

interface Step {
  readonly verdict: Verdict;
  readonly event: AuditEvent | undefined;
}

/**
 * Decides exchanges and writes their audit rows in one transaction (P1, P4). The gate is passed before the deciding
 * read, so whatever was taken away before is seen, and whatever is taken away later commits after these rows.
 */
export class DecideAndRecord {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly providerFacts: ProviderFactsOf,
    private readonly clock: Clock,
  ) {}

  /** One verdict for each question, in order. When this returns, every row is committed. */
  async flush(questions: readonly ExchangeQuestion[]): Promise<readonly Verdict[]> {
    const tries: Step[][] = [];
    const started = this.clock.monotonic();
    try {
      return await this.attempt(questions, tries);
    } catch (error) {
      // The connection broke, perhaps during COMMIT: the same ids are tried once more. Where it took long to find out,
      // the network is gone, and callers had better be told so.
      if (!isConnectionLoss(error) || this.clock.monotonic() - started > repeatWithinMs) throw error;
      return await this.attempt(questions, tries);
    }
  }

  private attempt(questions: readonly ExchangeQuestion[], tries: Step[][]): Promise<readonly Verdict[]> {
    return this.database.transaction(async (tx) => {
      await passGate(tx);
      const facts = await readExchangeFacts(tx, questions);
      const steps = questions.map((question, index) => this.step(question, facts[index]));
      const earlier = tries.at(-1);
      tries.push(steps);
      const added = await appendAuditBatch(
        tx,
        steps.flatMap((step) => step.event ?? []),
      );
      return steps.map((step, index) => verdictOnRecord(step, earlier?.[index], added));
    });
  }

  private step(question: ExchangeQuestion, facts: QuestionFacts | undefined): Step {
    if (!facts?.keyId) return { verdict: { kind: 'unknown_caller' }, event: undefined };
    const verdict: Decided = { kind: 'decided', facts, decision: decide(question, facts, this.providerFacts) };
    try {
      return { verdict, event: exchangeAuditEvent(question, verdict, this.vault) };
    } catch (error) {
      if (!(error instanceof KeyNotInMemory)) throw error;
      const { organizationId, version } = error;
      return { verdict: { kind: 'key_needed', organizationId, version }, event: undefined };
    }
  }
}

/**
 * A row that was in the log already was committed by the try before, although its answer never came: then what that try
 * decided is what is on record, and nothing else may be acted on.
 */
function verdictOnRecord(step: Step, earlier: Step | undefined, added: ReadonlySet<Uuid>): Verdict {
  if (!step.event || added.has(step.event.id)) return step.verdict;
  if (!earlier?.event) throw new Error('an exchange id is in the log although nobody wrote it');
  return earlier.verdict;
}
