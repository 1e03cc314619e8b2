import type { Uuid } from '#libs/kernel';

/** A server says who came back. */
export interface CompleteRequest {
  readonly serverId: Uuid;
  readonly id: Uuid;
  /** The server's own name of the person who is in front of it now. */
  readonly subject: string;
  /** From the browser's return address, or typed by the person. */
  readonly completionCode: string;
  /** From the cookie in that browser; undefined for a session without a binding. */
  readonly bindingNonce?: string | undefined;
  readonly keyId?: Uuid | undefined;
  readonly requestId?: string | undefined;
}
