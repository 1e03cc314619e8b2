import { randomBytes } from 'node:crypto';

/** Where unpredictable bytes come from. Injected, so that a test can make the generator fail or repeat. */
export interface Random {
  /** `size` bytes from a cryptographically secure generator. Throws when the generator fails. */
  bytes(size: number): Buffer;
}

export const systemRandom: Random = { bytes: (size) => randomBytes(size) };
