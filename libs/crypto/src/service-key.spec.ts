import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { systemRandom } from '#libs/kernel';
import { toBase62 } from './base62.js';
import { mintAuditorKey, mintServerKey, parseAuditorKey, parseServerKey } from './service-key.js';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('R53: keys of servers and auditors', () => {
  it('have prefix, 43 digits and a checksum, and are stored as a hash with a hint', () => {
    const { secret, hash, hint } = mintServerKey(systemRandom);
    expect(secret.reveal()).toMatch(/^te_sk_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    expect(hash).toEqual(createHash('sha256').update(secret.reveal()).digest());
    expect(hint).toBe(secret.reveal().slice(45, 49));
    expect(parseServerKey(secret.reveal())).toEqual({ hash });
  });

  it('are not taken for one another', () => {
    const [server, auditor] = [mintServerKey(systemRandom), mintAuditorKey(systemRandom)];
    expect(auditor.secret.reveal()).toMatch(/^te_ak_/);
    expect(parseAuditorKey(auditor.secret.reveal())).toEqual({ hash: auditor.hash });
    expect(parseServerKey(auditor.secret.reveal())).toBeUndefined();
    expect(parseAuditorKey(server.secret.reveal())).toBeUndefined();
    expect(parseAuditorKey(server.secret.reveal().replace('te_sk_', 'te_ak_'))).toBeUndefined();
  });

  it('accepts none of 300 000 random strings of the same shape', () => {
    let accepted = 0;
    for (let count = 0; count < 300_000; count++) {
      const text = systemRandom
        .bytes(49)
        .map((byte) => digits.charCodeAt(byte % 62))
        .toString();
      if (parseServerKey(`te_sk_${text.slice(0, 43)}_${text.slice(43)}`)) accepted++;
    }
    expect(accepted).toBe(0);
  });

  it('finds every change of one character and every swap of two neighbours', () => {
    const key = mintServerKey(systemRandom).secret.reveal();
    for (let at = 6; at < key.length; at++) {
      const changed = key.slice(0, at) + (key[at] === 'x' ? 'y' : 'x') + key.slice(at + 1);
      expect(parseServerKey(changed)).toBeUndefined();
      const swapped = key.slice(0, at) + key.slice(at + 1, at + 2) + key.slice(at, at + 1) + key.slice(at + 2);
      expect(parseServerKey(swapped) === undefined).toBe(swapped !== key);
    }
  });

  it('refuses other shapes', () => {
    const shapes = ['', 'te_sk_', 'Bearer x', `te_sk_${'a'.repeat(100)}`, `te_sk_${'a'.repeat(43)}_aaaaaa\n`, '\0'];
    expect(shapes.filter((text) => parseServerKey(text))).toEqual([]);
    expect(parseServerKey(`${mintServerKey(systemRandom).secret.reveal()}\n`)).toBeUndefined();
  });

  it('refuses whatever else is sent', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parseServerKey(text) === undefined));
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 3 }), (extra) => {
        const key = mintServerKey(systemRandom).secret.reveal();
        expect(parseServerKey(key + extra)).toBeUndefined();
        expect(parseServerKey(extra + key)).toBeUndefined();
      }),
    );
  });

  it('draw every digit equally often', () => {
    const counts = new Map<string, number>();
    for (let count = 0; count < 4000; count++) {
      for (const digit of mintServerKey(systemRandom).secret.reveal().slice(6, 49)) {
        counts.set(digit, (counts.get(digit) ?? 0) + 1);
      }
    }
    const expected = (4000 * 43) / 62;
    const chiSquare = [...counts.values()].reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(62);
    // 61 degrees of freedom: 140 is passed by chance once in ten million runs; a plain `% 62` gives about 800.
    expect(chiSquare).toBeLessThan(140);
  });

  it('write the checksum in base 62, most significant digit first', () => {
    expect([toBase62(0, 6), toBase62(61, 6), toBase62(62, 6), toBase62(2 ** 32 - 1, 6)]).toEqual([
      '000000',
      '00000z',
      '000010',
      '4gfFC3',
    ]);
  });
});
