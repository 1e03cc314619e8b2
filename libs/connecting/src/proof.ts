import { opaqueToken, randomCode, sha256, type Vault } from '#libs/crypto';
import type { Random, Secret, Uuid } from '#libs/kernel';
import type { ConnectSessionRow, ProofRow } from '#libs/persistence';
import { typedCodeContext, type SessionSeal } from './seal-contexts.js';
import { withKeys } from './with-keys.js';

/** How the opener will be shown to be the subject. */
export interface Proof {
  readonly row: ProofRow;
  /** Travels with the browser to the server's address. */
  readonly completionCode: Secret | undefined;
}

/**
 * With a binding, a code goes with the browser, and counts only together with the cookie in that browser. Without one,
 * the person types a code at the place where they asked for the connection. Nothing, when it is proven already.
 */
export async function makeProof(
  deps: { readonly vault: Vault; readonly random: Random },
  session: Pick<ConnectSessionRow, 'binding'>,
  about: {
    readonly seal: SessionSeal;
    readonly userId: Uuid;
    readonly proven: boolean;
    readonly lifetimeSeconds: number;
  },
): Promise<Proof> {
  const none = { completionCodeHash: undefined, typedCodeHash: undefined, typedCodeSealed: undefined };
  const { lifetimeSeconds } = about;
  if (session.binding) {
    const completionCode = opaqueToken(deps.random);
    return { row: { ...none, completionCodeHash: sha256(completionCode.reveal()), lifetimeSeconds }, completionCode };
  }
  if (about.proven) return { row: { ...none, lifetimeSeconds }, completionCode: undefined };
  const typed = randomCode(deps.random);
  const context = typedCodeContext(about.seal, about.userId);
  const typedCodeSealed = await withKeys(() => deps.vault.seal(typed, context));
  return {
    row: { ...none, typedCodeHash: sha256(typed.reveal()), typedCodeSealed, lifetimeSeconds },
    completionCode: undefined,
  };
}
