/**
 * What can be sealed, and where it lives. Ids, table and column names are part of the authenticated data of every
 * stored envelope: they are labels that stay for ever, also when the database renames something.
 * A number is never used again for another class.
 */
interface RecordClassEntry {
  readonly id: number;
  readonly table: string;
  readonly column: string;
  /** Whether the context must, may or must not name a user. */
  readonly user: 'required' | 'optional' | 'none';
}

export type RecordClass =
  | 'grant.access_token'
  | 'grant.refresh_token'
  | 'connect_session.link'
  | 'connect_session.pkce_verifier'
  | 'connect_session.code'
  | 'registration.client_secret'
  | 'audit.personal'
  | 'upstream_revocation.token'
  | 'fingerprint_key'
  | 'shred_secret';

export const recordClasses: Readonly<Record<RecordClass, RecordClassEntry>> = {
  'grant.access_token': { id: 1, table: 'grant', column: 'access_token', user: 'required' },
  'grant.refresh_token': { id: 2, table: 'grant', column: 'refresh_token', user: 'required' },
  'connect_session.link': { id: 3, table: 'connect_session', column: 'link', user: 'optional' },
  'connect_session.pkce_verifier': { id: 4, table: 'connect_session', column: 'pkce_verifier', user: 'optional' },
  'connect_session.code': { id: 5, table: 'connect_session', column: 'code', user: 'required' },
  'registration.client_secret': { id: 6, table: 'registration', column: 'client_secret', user: 'none' },
  'audit.personal': { id: 7, table: 'audit', column: 'personal', user: 'optional' },
  'upstream_revocation.token': { id: 8, table: 'upstream_revocation', column: 'token', user: 'optional' },
  fingerprint_key: { id: 9, table: 'fingerprint_key', column: 'sealed', user: 'none' },
  shred_secret: { id: 10, table: 'shred_secret', column: 'wrapped', user: 'required' },
};
