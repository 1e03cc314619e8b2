import { personalContext, personalText, type AuditEvent } from '#libs/audit';
import { SealBroken, sha256, type Vault } from '#libs/crypto';
import { assertNever } from '#libs/kernel';
import type { ConsentFacts } from '#libs/persistence';
import type { Decided, ExchangeCandidate, ExchangeQuestion } from './exchange-question.js';

type Said = Pick<AuditEvent, 'outcome' | 'reason' | 'deniedBy' | 'missingScopes' | 'scopesGranted'>;

/**
 * The row of one decision: undefined for one that is not final, because the token has to be refreshed first.
 * Throws KeyNotInMemory when a note of the caller cannot be sealed yet.
 */
export function exchangeAuditEvent(question: ExchangeQuestion, decided: Decided, vault: Vault): AuditEvent | undefined {
  const { facts, decision } = decided;
  const said = saidBy(decided);
  if (!said) return undefined;
  const candidate = 'candidate' in decision ? decision.candidate : undefined;
  return {
    id: question.exchangeId,
    kind: 'token.exchange',
    actor: 'server',
    organizationId: facts.organizationId,
    serverId: facts.serverId,
    keyId: facts.keyId,
    userId: facts.userId,
    subjectId: facts.subjectId,
    provider: question.provider,
    registrationId: facts.registrationId,
    scopesRequested: question.scopes,
    operatorCapVersion: facts.operatorCapVersion,
    serverCapVersion: facts.serverCapVersion,
    tool: question.tool,
    requestId: question.requestId,
    details: detailsOf(decision),
    ...(candidate ? fromCandidate(question, candidate, vault) : {}),
    ...(decision.kind === 'hand_out' && candidate ? tokenFacts(candidate) : {}),
    ...said,
  };
}

/** What each layer said, in a word: what it allowed follows from the versions of the caps and the consent. */
function detailsOf(decision: Decided['decision']): Record<string, unknown> {
  const layers = Object.fromEntries(decision.layers.map(({ layer, verdict }) => [layer, verdict]));
  return 'warnings' in decision && decision.warnings.length > 0 ? { layers, warnings: decision.warnings } : { layers };
}

function saidBy({ decision }: Decided): Said | undefined {
  switch (decision.kind) {
    case 'hand_out':
      return { outcome: 'allowed', scopesGranted: decision.scopes };
    case 'refresh_needed':
    case 'narrow_needed':
      return undefined;
    case 'denied':
      return {
        outcome: 'denied',
        reason: 'access_denied',
        deniedBy: decision.deniedBy,
        missingScopes: decision.missing,
      };
    case 'interaction_required':
      return { outcome: 'denied', reason: `interaction_required_${decision.need}`, missingScopes: decision.scopes };
    case 'provider_unavailable':
      return { outcome: 'failed', reason: decision.kind };
    case 'invalid_target':
    case 'account_selection_required':
    case 'connection_not_found':
      return { outcome: 'denied', reason: decision.kind };
    default:
      return assertNever(decision);
  }
}

function fromCandidate(question: ExchangeQuestion, { row }: ExchangeCandidate, vault: Vault): Partial<AuditEvent> {
  return {
    connectionId: row.connectionId,
    grantId: row.grantId,
    consentId: row.consentId,
    consentVersion: row.consentVersion,
    generation: row.generation,
    personalSealed: sealedNote(question, row, vault),
  };
}

function sealedNote(question: ExchangeQuestion, row: ConsentFacts, vault: Vault): Buffer | undefined {
  const note = personalText(question.note);
  // A person without a shred secret was erased: what a server says about them is not kept.
  if (!note || !row.wrappedShredSecret) return undefined;
  try {
    const context = personalContext(question.exchangeId, row.userId, row.keyOrganizationId);
    return vault.sealNow(note, context, row.wrappedShredSecret);
  } catch (error) {
    // Somebody changed this person's secret. The row is written without the note, since others wait for the same batch;
    // the token under that secret does not open either, and that is reported.
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}

function tokenFacts({ row }: ExchangeCandidate): Partial<AuditEvent> {
  return {
    tokenFingerprint: row.fingerprint,
    fingerprintVersion: row.fingerprintVersion,
    tokenExpiresAt: row.accessExpiresAt,
    ciphertextSha256: row.accessTokenSealed ? sha256(row.accessTokenSealed) : undefined,
  };
}
