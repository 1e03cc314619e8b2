import type { Uuid } from '#libs/kernel';

/** The signed-in person in front of us, in one browser. */
export interface SignedInOpener {
  readonly userId: Uuid;
  /** SHA-256 of the id of the browser session, 32 bytes. */
  readonly browserSessionHash: Buffer;
}
