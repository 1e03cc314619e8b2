import type { SealContext } from '#libs/crypto';
import type { Uuid } from '#libs/kernel';
import type { RegistrationRow } from '#libs/persistence';

/** What a sealed text of a connect session is bound to: who opened it comes in once it is known. */
export interface SessionSeal {
  readonly sessionId: Uuid;
  /** The organization that owns the registration. */
  readonly organizationId: Uuid;
  readonly provider: string;
}

export function linkContext(seal: SessionSeal): SealContext {
  return { class: 'connect_session.link', ...place(seal) };
}

export function verifierContext(seal: SessionSeal, userId: Uuid): SealContext {
  return { class: 'connect_session.pkce_verifier', ...place(seal), userId };
}

// The three secrets that a session can hold for its opener share a class and differ in their number.
export function codeContext(seal: SessionSeal, userId: Uuid): SealContext {
  return { class: 'connect_session.code', ...place(seal), userId, generation: 0 };
}

export function tokensContext(seal: SessionSeal, userId: Uuid): SealContext {
  return { class: 'connect_session.code', ...place(seal), userId, generation: 1 };
}

export function typedCodeContext(seal: SessionSeal, userId: Uuid): SealContext {
  return { class: 'connect_session.code', ...place(seal), userId, generation: 2 };
}

export interface GrantSeal {
  readonly grantId: Uuid;
  readonly organizationId: Uuid;
  readonly userId: Uuid;
  readonly provider: string;
  readonly generation: number;
}

export function grantTokenContext(kind: 'access' | 'refresh', seal: GrantSeal): SealContext {
  const { grantId, ...rest } = seal;
  return { class: kind === 'access' ? 'grant.access_token' : 'grant.refresh_token', recordId: grantId, ...rest };
}

export function clientSecretContext(registration: RegistrationRow): SealContext {
  return {
    class: 'registration.client_secret',
    organizationId: registration.organizationId,
    recordId: registration.id,
    provider: registration.provider,
  };
}

function place({ sessionId, organizationId, provider }: SessionSeal) {
  return { organizationId, recordId: sessionId, provider };
}
