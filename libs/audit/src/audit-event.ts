import type { AuditEventRow } from '#libs/persistence';

/** Everything that is recorded: resource to actions. The names of events are derived from it. */
const auditVocabulary = {
  token: ['exchange', 'revoke', 'refresh_started', 'refreshed', 'refresh_failed', 'late_reply'],
  connect: [
    'session_opened',
    'link_opened',
    'allowed',
    'denied',
    'callback',
    'completed',
    'failed',
    'link_user_mismatch',
  ],
  connection: ['created', 'renewed', 'ended', 'needs_reauth', 'recovered', 'listed'],
  consent: ['granted', 'changed', 'ended'],
  subject: ['linked', 'unlinked'],
  refusal: ['lifted'],
  upstream: ['revoked', 'unsupported', 'failed'],
  session: ['signed_in', 'sign_in_failed', 'signed_out'],
  caller: ['refused'],
  audit: ['queried', 'read'],
  organization: ['created'],
  server: ['created', 'key_minted', 'cap_set'],
  auditor: ['key_minted'],
  registration: ['created'],
  crypto: ['seal_broken'],
} as const;

type Vocabulary = typeof auditVocabulary;

/** For instance `token.exchange`. */
export type AuditKind = { [R in keyof Vocabulary]: `${R}.${Vocabulary[R][number]}` }[keyof Vocabulary];

/** One row of the log. `personalSealed` holds a sealed `personalText`; no other field may hold what a person wrote. */
export type AuditEvent = Omit<AuditEventRow, 'kind'> & { readonly kind: AuditKind };
