import type { Uuid } from '#libs/kernel';
import type { PersonalNote } from '#libs/audit';
import type { ConsentFacts, HandOutRow, QuestionFacts } from '#libs/persistence';
import type { Candidate, ExchangeDecision } from '#libs/policy';

/** One exchange as it waits to be decided. Its id is fixed before the first try, so that a repeated commit adds no row. */
export interface ExchangeQuestion {
  readonly exchangeId: Uuid;
  readonly requestId: string;
  readonly secretHash: Buffer;
  readonly subject: string;
  readonly provider: string;
  readonly scopes: readonly string[] | undefined;
  readonly connectionId: Uuid | undefined;
  readonly minValiditySeconds: number | undefined;
  /** The hand-out whose token the provider is said to have refused. */
  readonly rejected: HandOutRow | undefined;
  readonly tool: string | undefined;
  readonly note: PersonalNote;
  /** A refresh was tried for this exchange and the provider could not be reached. */
  readonly refreshUnavailable: boolean;
}

/** A candidate of the policy that carries the rows it came from. */
export interface ExchangeCandidate extends Candidate {
  readonly row: ConsentFacts;
}

export type Verdict =
  | { readonly kind: 'unknown_caller' }
  /** The keys of this organization are not in memory; nothing was decided. */
  | { readonly kind: 'key_needed'; readonly organizationId: Uuid; readonly version: number | undefined }
  | Decided;

export interface Decided {
  readonly kind: 'decided';
  readonly decision: ExchangeDecision<ExchangeCandidate>;
  readonly facts: QuestionFacts;
}
