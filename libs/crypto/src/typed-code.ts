import { Secret, type Random } from '#libs/kernel';
import { checked } from './checked-random.js';

/** Crockford's base 32: no I, L, O, U, which are misread or misheard. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeBytes = 5;

/** A code for a person to type: 40 random bits as `XXXX-XXXX`. Good only with few tries and a short life. */
export function randomCode(random: Random): Secret {
  const drawn = checked(random).bytes(codeBytes);
  let bits = BigInt(`0x${drawn.toString('hex')}`);
  let text = '';
  for (; text.length < 8; bits >>= 5n) text = alphabet.charAt(Number(bits & 31n)) + text;
  return new Secret(dashed(text));
}

/** What a person typed, in the form of randomCode; undefined when it cannot be such a code. */
export function normaliseCode(typed: string): Secret | undefined {
  if (typed.length > 64) return undefined;
  const text = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(text) ? new Secret(dashed(text)) : undefined;
}

function dashed(text: string): string {
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}
