import type { Random } from '#libs/kernel';
import { RandomnessRefused } from './errors.js';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** The largest multiple of 62 in a byte: values from here on would favour the first digits. */
const unbiased = 248;
const mostDraws = 16;

/** `length` digits, each of 62 equally likely: 5.954 bits per digit. */
export function randomBase62(random: Random, length: number): string {
  let text = '';
  for (let draw = 0; draw < mostDraws; draw++) {
    for (const byte of random.bytes(length + 16)) {
      if (byte < unbiased) text += digits[byte % 62];
      if (text.length === length) return text;
    }
  }
  throw new RandomnessRefused('random generator returned too few usable bytes');
}

/** A whole number in base 62, most significant digit first, filled with zeroes to `length`. */
export function toBase62(value: number, length: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) text = digits.charAt(rest % 62) + text;
  return text.padStart(length, '0');
}
