import { inspect } from 'node:util';
import fc from 'fast-check';
import { systemRandom, type Random } from '#libs/kernel';
import { constantTimeEqual, sha256 } from './digest.js';
import { opaqueToken } from './opaque-token.js';
import { normaliseCode, randomCode } from './typed-code.js';

/** Random padding behind chosen first bytes. */
function starting(...first: number[]): Random {
  let draws = 0;
  return {
    bytes: (size) => {
      const bytes = systemRandom.bytes(size);
      // The health check draws twice before the code is drawn.
      if (++draws === 3) Buffer.from(first).copy(bytes);
      return bytes;
    },
  };
}

describe('typed codes', () => {
  it('are eight characters in two groups and carry all of 40 bits', () => {
    expect(randomCode(systemRandom).reveal()).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(randomCode(starting(0, 0, 0, 0, 0)).reveal()).toBe('0000-0000');
    expect(randomCode(starting(255, 255, 255, 255, 255)).reveal()).toBe('ZZZZ-ZZZZ');
    expect(randomCode(starting(128, 0, 0, 0, 1)).reveal()).toBe('G000-0001');
  });

  it('are read however they were typed', () => {
    for (const typed of ['g000-0001', 'GOOO OOOI', ' g0oo0ool\n', 'G-0-0-0-0-0-0-1']) {
      expect(normaliseCode(typed)?.reveal()).toBe('G000-0001');
    }
    fc.assert(
      fc.property(fc.boolean(), (lower) => {
        const code = randomCode(systemRandom).reveal();
        expect(normaliseCode(lower ? code.toLowerCase() : code.replace('-', ''))?.reveal()).toBe(code);
      }),
    );
  });

  it.each(['', '1234-567', '1234-56789', 'UUUU-UUUU', '1234_5678', 'x'.repeat(100)])(
    'are not read from %p',
    (typed) => {
      expect(normaliseCode(typed)).toBeUndefined();
    },
  );

  it('show themselves to nobody', () => {
    expect(inspect(randomCode(systemRandom))).toBe('[secret]');
  });
});

describe('opaque tokens', () => {
  it('are base64url of at least 16 bytes, 32 unless told', () => {
    expect(opaqueToken(systemRandom).reveal()).toMatch(/^[\w-]{43}$/);
    expect(opaqueToken(systemRandom, 16).reveal()).toMatch(/^[\w-]{22}$/);
    expect(() => opaqueToken(systemRandom, 15)).toThrow(RangeError);
  });
});

describe('R52: comparing secrets', () => {
  it('is equality of bytes', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (left, right) => {
        expect(constantTimeEqual(left, right)).toBe(left === right);
        expect(constantTimeEqual(left, Buffer.from(left))).toBe(true);
        expect(constantTimeEqual(sha256(left), sha256(right))).toBe(left === right);
      }),
    );
  });

  it('refuses a beginning of the right value', () => {
    expect(constantTimeEqual('abc', 'abcd')).toBe(false);
    expect(constantTimeEqual('', 'a')).toBe(false);
  });

  it('hashes as FIPS 180-4 has it', () => {
    expect(sha256('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
