import { publicId, type Secret, type Uuid } from '#libs/kernel';

/** An OAuth app at a provider, as needed to talk to it. */
export interface RegistrationAtProvider {
  readonly id: Uuid;
  /** Slug of the definition. */
  readonly provider: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Values of the definition's parameters; where one is missing the definition's default holds. */
  readonly params: Readonly<Record<string, string>>;
  readonly redirectUri: string;
}

/** The redirect URI of a registration: an address of its own, so that the address says whose code comes back (R1). */
export function redirectUriOf(connectionsUrl: string, registrationId: Uuid): string {
  return `${connectionsUrl}/callback/${publicId('registration', registrationId)}`;
}
