import { publicId, type IdKind, type Uuid } from '#libs/kernel';
import type { AuditRecord } from '#libs/persistence';
import { eventIdOf, type PersonalNotes } from './personal-notes.js';

export type AuditEventView = Readonly<Record<string, unknown>>;

/** One row as auditors see it: public ids, no token, what a person wrote opened where that can be done. */
export async function auditEventView(record: AuditRecord, notes: PersonalNotes): Promise<AuditEventView> {
  const found = await notes.read(record);
  const note = typeof found === 'object' ? found : undefined;
  return withoutEmpty({
    id: eventIdOf(record),
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
    personal_note: typeof found === 'string' ? found : undefined,
    details: record.details,
    request_id: record.requestId,
  });
}

function id(kind: IdKind, value: Uuid | null): string | undefined {
  return value === null ? undefined : publicId(kind, value);
}

function withoutEmpty(view: Record<string, unknown>): AuditEventView {
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== null && value !== undefined));
}
