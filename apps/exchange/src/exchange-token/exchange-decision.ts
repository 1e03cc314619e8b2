import type { ProviderFactsOf } from '#libs/connecting';
import type { ConsentFacts, QuestionFacts } from '#libs/persistence';
import { decideExchange, type ExchangeDecision } from '#libs/policy';
import type { ExchangeCandidate, ExchangeQuestion } from './exchange-question.js';

// A server that keeps complaining about fresh tokens must not make us refresh in a loop.
const complaintsAfterMs = 30_000;

/** Turns the rows of the database into facts for the policy, and lets it decide. */
export function decide(
  question: ExchangeQuestion,
  facts: QuestionFacts,
  providerFacts: ProviderFactsOf,
): ExchangeDecision<ExchangeCandidate> {
  const operatorCap = facts.operatorCap ?? undefined;
  return decideExchange({
    now: facts.now,
    request: {
      scopes: question.scopes,
      connectionId: question.connectionId,
      minValiditySeconds: question.minValiditySeconds,
      rejectedGeneration: complaint(question, facts),
    },
    provider: providerFacts(question.provider, facts.registrationParams ?? {}),
    operatorCap,
    serverCap:
      facts.serverCapScopes === null
        ? undefined
        : { scopes: facts.serverCapScopes, version: facts.serverCapVersion ?? 1 },
    refusedUntil: facts.refusedUntil ?? undefined,
    refreshUnavailable: question.refreshUnavailable,
    candidates: facts.consents.map(candidate),
  });
}

/** A complaint counts only about this server's own hand-out, and only when the token has been out for a moment. */
function complaint(question: ExchangeQuestion, facts: QuestionFacts) {
  const { rejected } = question;
  if (rejected?.serverId !== facts.serverId) return undefined;
  const grant = facts.consents.find((row) => row.grantId === rejected?.grantId);
  if (grant && facts.now.getTime() - grant.obtainedAt.getTime() < complaintsAfterMs) return undefined;
  return rejected;
}

function candidate(row: ConsentFacts): ExchangeCandidate {
  return {
    consentId: row.consentId,
    connectionId: row.connectionId,
    accountLabel: row.accountLabel,
    isDefault: row.isDefault,
    consentScopes: row.consentScopes,
    consentExpiresAt: row.consentExpiresAt ?? undefined,
    grantId: row.grantId,
    grantStatus: row.grantStatus,
    grantScopes: row.grantScopes,
    generation: row.generation,
    accessExpiresAt: row.accessExpiresAt ?? undefined,
    hasRefreshToken: row.hasRefreshToken,
    row,
  };
}
