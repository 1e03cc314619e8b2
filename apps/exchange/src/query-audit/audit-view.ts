import { personalContext, type PersonalNote } from '#libs/audit';
import type { Vault } from '#libs/crypto';
import { publicId, type IdKind, type Uuid } from '#libs/kernel';
import type { AuditRecord } from '#libs/persistence';

export type AuditEventView = Readonly<Record<string, unknown>>;

/** One row as auditors see it: public ids, no token, what a person wrote opened as long as the person was not erased. */
export async function auditEventView(record: AuditRecord, vault: Vault): Promise<AuditEventView> {
  const note = await openNote(record, vault);
  return withoutEmpty({
    id: publicId(record.kind === 'token.exchange' ? 'exchange' : 'event', record.id),
    at: record.at.toISOString(),
    kind: record.kind,
    outcome: record.outcome,
    reason: record.reason,
    denied_by: record.deniedBy,
    actor: record.actor,
    organization: id('organization', record.organizationId),
    server: id('server', record.serverId),
    key: id('key', record.keyId),
    user: id('user', record.userId),
    provider: record.provider,
    registration: id('registration', record.registrationId),
    connection: id('connection', record.connectionId),
    grant: id('grant', record.grantId),
    consent: id('consent', record.consentId),
    connect_session: id('connectSession', record.connectSessionId),
    generation: record.generation,
    scopes_requested: record.scopesRequested,
    scopes_granted: record.scopesGranted,
    missing_scopes: record.missingScopes,
    operator_cap_version: record.operatorCapVersion,
    server_cap_version: record.serverCapVersion,
    consent_version: record.consentVersion,
    token_fingerprint: record.tokenFingerprint?.toString('hex'),
    token_expires_at: record.tokenExpiresAt?.toISOString(),
    ciphertext_sha256: record.ciphertextSha256?.toString('hex'),
    tool: record.tool,
    purpose: note?.purpose,
    call_id: note?.callId,
    personal_note: record.personalSealed && !note ? 'erased' : undefined,
    details: record.details,
    request_id: record.requestId,
  });
}

async function openNote(record: AuditRecord, vault: Vault): Promise<PersonalNote | undefined> {
  const { personalSealed, userId, keyOrganizationId, wrappedShredSecret } = record;
  if (!personalSealed || !userId || !keyOrganizationId || !wrappedShredSecret) return undefined;
  const text = await vault.open(personalSealed, personalContext(record.id, userId, keyOrganizationId));
  return JSON.parse(text.reveal()) as PersonalNote;
}

function id(kind: IdKind, value: Uuid | null): string | undefined {
  return value === null ? undefined : publicId(kind, value);
}

function withoutEmpty(view: Record<string, unknown>): AuditEventView {
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== null && value !== undefined));
}
