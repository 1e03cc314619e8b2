import { randomBytes } from 'node:crypto';
import { Secret, type Random } from '#libs/kernel';
import { ids, vaultWorld } from '../test/vault-world.js';
import { checked } from './checked-random.js';
import { RandomnessRefused } from './errors.js';
import { mintServerKey } from './service-key.js';
import { opaqueToken } from './opaque-token.js';
import { randomCode } from './typed-code.js';

const { organizationId, recordId } = ids;
const registration = { class: 'registration.client_secret', organizationId, recordId } as const;

/** Good until it is told to break. */
class BreakableRandom implements Random {
  broken: 'no' | 'throws' | 'repeats' | 'short' = 'no';
  #last = randomBytes(64);

  bytes(size: number): Buffer {
    if (this.broken === 'throws') throw new Error('entropy source failed');
    if (this.broken === 'repeats') return Buffer.from(this.#last.subarray(0, size));
    this.#last = randomBytes(64);
    return this.broken === 'short' ? randomBytes(size - 1) : Buffer.from(this.#last.subarray(0, size));
  }
}

describe('R47: randomness', () => {
  it('refuses a generator that always returns the same bytes before the first use', () => {
    const constant: Random = { bytes: (size) => Buffer.alloc(size, 7) };
    expect(() => checked(constant)).toThrow(RandomnessRefused);
    expect(() => vaultWorld({ random: constant })).toThrow(RandomnessRefused);
    expect(() => mintServerKey(constant)).toThrow(RandomnessRefused);
  });

  it('refuses a draw that repeats the one before, also of another size and through another door', () => {
    const random = new BreakableRandom();
    opaqueToken(random, 32);
    random.broken = 'repeats';
    expect(() => checked(random).bytes(12)).toThrow(RandomnessRefused);
    expect(() => randomCode(random)).toThrow(RandomnessRefused);
  });

  it.each([
    ['throws', 'entropy source failed'],
    ['repeats', 'same bytes twice in a row'],
    ['short', 'wrong number of bytes'],
  ] as const)('seals nothing with a broken generator: %s', async (broken, message) => {
    const random = new BreakableRandom();
    const { vault } = vaultWorld({ random });
    await vault.seal(new Secret('one'), registration);
    random.broken = broken;
    expect(() => vault.sealNow(new Secret('two'), registration, undefined)).toThrow(message);
    await expect(vault.seal(new Secret('two'), registration)).rejects.toThrow(message);
    random.broken = 'no';
    expect(vault.sealNow(new Secret('two'), registration, undefined)).toBeInstanceOf(Buffer);
  });

  it('never uses a salt or nonce twice', async () => {
    const { vault } = vaultWorld();
    const seen = new Set<string>();
    for (let count = 0; count < 2000; count++) {
      const sealed = await vault.seal(new Secret('x'), registration);
      seen.add(sealed.toString('hex', 25, 57)).add(sealed.toString('hex', 89, 101));
    }
    expect(seen.size).toBe(4000);
  });
});
