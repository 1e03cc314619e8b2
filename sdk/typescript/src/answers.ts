import {
  asWire,
  flag,
  objects,
  optionalDate,
  optionalNumber,
  optionalText,
  scopeList,
  text,
  unexpected,
  type Wire,
} from './read.js';

/** A value of a known list to which a later platform may add. */
export type OpenUnion<Known extends string> = Known | (string & {});

/** What revoking did. */
export interface Revocation {
  readonly revoked: boolean;
  /** What the provider knows of it. */
  readonly upstream: OpenUnion<'revoked' | 'pending' | 'unsupported'>;
  /** Until when a token that is already out still works, where that is known. */
  readonly tokenLivesUntil: Date | undefined;
}

/** One thing that a provider lets a token do. */
export interface ScopeInWords {
  readonly scope: string;
  readonly description: string;
  readonly risk: string;
}

/** What can be connected. */
export interface Provider {
  /** Slug, to be used as `provider` everywhere. */
  readonly provider: string;
  readonly name: string;
  readonly scopes: readonly ScopeInWords[];
  readonly can: { readonly refresh: boolean; readonly narrow: boolean; readonly revoke: boolean };
}

/** An account at a provider, as the provider shows it. */
export interface Account {
  readonly label: string;
  readonly avatarUrl: string | undefined;
}

/** An account of a person that your server may use. */
export interface Connection {
  readonly connectionId: string;
  readonly provider: string;
  readonly account: Account;
  readonly status: OpenUnion<'active' | 'needs_reauth'>;
  readonly scopes: readonly string[];
  /** Whether an exchange without `connectionId` takes this one. */
  readonly isDefault: boolean;
  /** End of the person's consent. Absent: it has none. */
  readonly expiresAt: Date | undefined;
}

/** How far a connect session is. */
export interface ConnectSession {
  readonly sessionId: string;
  readonly status: OpenUnion<'open' | 'held' | 'completed' | 'denied' | 'failed' | 'expired'>;
  readonly provider: string;
  readonly connectionId: string | undefined;
  /** Code of what went wrong. */
  readonly error: string | undefined;
  /** Seconds until the session ends. */
  readonly expiresIn: number | undefined;
}

/** A connection that now stands. */
export interface CompletedConnect {
  readonly sessionId: string;
  readonly connectionId: string;
  readonly provider: string;
  readonly scopes: readonly string[];
  readonly account: Account;
}

/** @internal */
export const revocation = (wire: Wire): Revocation => ({
  revoked: flag(wire, 'revoked'),
  upstream: text(wire, 'upstream'),
  tokenLivesUntil: optionalDate(wire, 'token_lives_until'),
});

/** @internal */
export const providers = (wire: Wire): readonly Provider[] =>
  objects(wire, 'providers').map((one) => {
    const can = asWire(one['can']) ?? {};
    return {
      provider: text(one, 'provider'),
      name: text(one, 'name'),
      scopes: objects(one, 'scopes').map((scope) => ({
        scope: text(scope, 'scope'),
        description: optionalText(scope, 'description') ?? '',
        risk: optionalText(scope, 'risk') ?? '',
      })),
      can: { refresh: flag(can, 'refresh'), narrow: flag(can, 'narrow'), revoke: flag(can, 'revoke') },
    };
  });

/** @internal */
export const connections = (wire: Wire): readonly Connection[] =>
  objects(wire, 'connections').map((one) => ({
    connectionId: text(one, 'connection_id'),
    provider: text(one, 'provider'),
    account: account(one),
    status: text(one, 'status'),
    scopes: scopeList(one),
    isDefault: flag(one, 'is_default'),
    expiresAt: optionalDate(one, 'expires_at'),
  }));

/** @internal */
export const connectSession = (wire: Wire): ConnectSession => ({
  sessionId: text(wire, 'id'),
  status: text(wire, 'status'),
  provider: text(wire, 'provider'),
  connectionId: optionalText(wire, 'connection_id'),
  error: optionalText(wire, 'error'),
  expiresIn: optionalNumber(wire, 'expires_in'),
});

/** @internal */
export const completedConnect = (wire: Wire): CompletedConnect => ({
  sessionId: text(wire, 'id'),
  connectionId: text(wire, 'connection_id'),
  provider: text(wire, 'provider'),
  scopes: scopeList(wire),
  account: account(wire),
});

function account(wire: Wire): Account {
  const value = asWire(wire['account']);
  if (!value) throw unexpected('has no object in account');
  return { label: optionalText(value, 'label') ?? '', avatarUrl: optionalText(value, 'avatar_url') };
}
