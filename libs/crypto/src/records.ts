import type { Random } from '#libs/kernel';
import type { BranchKeys } from './branch-keys.js';
import { needsShredSecret, type SealContext } from './context.js';
import type { KeyMaterial } from './derive.js';
import { freshLength, openEnvelope, sealEnvelope } from './envelope.js';
import { KeyUnavailable } from './errors.js';

/** Seals and opens bytes with what is in memory, synchronously: no key can be zeroed while it is used. */
export class Records {
  constructor(
    private readonly branchKeys: BranchKeys,
    private readonly random: Random,
  ) {}

  /** Throws KeyNotInMemory, KeyUnavailable (no shred secret) and SealBroken (a shred secret that was tampered with). */
  seal(plaintext: Buffer, context: SealContext, wrappedShred: Buffer | undefined): Buffer {
    return this.#withShredSecret(context, wrappedShred, (shred) => {
      const { key, version } = this.branchKeys.activeNow(context.organizationId);
      const fresh = this.random.bytes(freshLength);
      return sealEnvelope(plaintext, { context, keyVersion: version, material: { branchKey: key, ...shred }, fresh });
    });
  }

  /** Throws as `seal` does, and SealBroken when the envelope is not authentic for this context. */
  open(sealed: Buffer, context: SealContext, wrappedShred: Buffer | undefined): Buffer {
    return this.#withShredSecret(context, wrappedShred, (shred) =>
      openEnvelope(sealed, context, (version) => {
        const { key } = this.branchKeys.now(context.organizationId, version);
        return { branchKey: key, ...shred };
      }),
    );
  }

  #withShredSecret(
    context: SealContext,
    wrapped: Buffer | undefined,
    use: (shred: Pick<KeyMaterial, 'shredSecret'>) => Buffer,
  ): Buffer {
    if (!needsShredSecret(context)) return use({});
    if (!wrapped) throw new KeyUnavailable('shred_secret_missing', context.organizationId);
    const shredSecret = this.open(wrapped, shredSecretContext(context), undefined);
    try {
      return use({ shredSecret });
    } finally {
      shredSecret.fill(0);
    }
  }
}

/** Where the shred secret of (user, organization) is sealed. */
export function shredSecretContext(context: Pick<SealContext, 'organizationId' | 'userId'>): SealContext {
  const { organizationId, userId } = context;
  if (userId === undefined) throw new RangeError('seal context: a shred secret needs a userId');
  return { class: 'shred_secret', organizationId, userId, recordId: userId };
}
