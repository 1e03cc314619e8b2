import type { Hold, RefreshGrantRow, UpstreamRevocationRow } from '#libs/persistence';
import type { ProviderDefinition, RegistrationAtProvider } from '#libs/providers';

/** One revocation with all that its call to the provider needs. */
export interface ToRevoke {
  readonly revocation: UpstreamRevocationRow;
  readonly grant: RefreshGrantRow;
  /** The claim on the grant; undefined for a pair that no grant holds. */
  readonly hold: Hold | undefined;
  readonly definition: ProviderDefinition;
  readonly registration: RegistrationAtProvider;
}
