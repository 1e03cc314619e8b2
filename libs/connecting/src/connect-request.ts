import type { Uuid } from '#libs/kernel';
import type { ConnectKind, ConnectOrigin } from '#libs/persistence';

/** What a server asks for. */
export interface ConnectRequest {
  readonly server: { readonly id: Uuid; readonly organizationId: Uuid };
  /** The server's own name of the person. */
  readonly subject: string;
  readonly provider: string;
  /** Undefined asks for all that the caps allow. */
  readonly scopes?: readonly string[] | undefined;
  /** One of the server's registered addresses, to the letter; undefined takes its default. */
  readonly returnUrl?: string | undefined;
  /** SHA-256 of a nonce that is in the person's browser as a cookie of the server's own site. 32 bytes. */
  readonly binding?: Buffer | undefined;
  readonly kind: ConnectKind;
  readonly origin: ConnectOrigin;
  readonly renewsConsentId?: Uuid | undefined;
  readonly keyId?: Uuid | undefined;
  readonly requestId?: string | undefined;
}
