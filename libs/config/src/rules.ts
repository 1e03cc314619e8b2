import { isIP } from 'node:net';
import { Secret } from '#libs/kernel';
import { z } from 'zod';

/** Turns a text into a value, or fails. What is wrong is told by the variable's own rule, never by the parser. */
export type Rule<T> = z.ZodType<T, string>;

const text = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\p{Cc}]*$/u);

export const plain = (pattern: RegExp): Rule<string> => text.regex(pattern);

export const oneOf = <const T extends readonly [string, ...string[]]>(names: T): Rule<T[number]> => z.enum(names);

export const wholeNumber = (min: number, max: number): Rule<number> =>
  text
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));

export const path: Rule<string> = text;

export const secret = (minLength = 1): Rule<Secret> => text.min(minLength).transform((value) => new Secret(value));

/** A URL that carries a password, so that it must not be printed. */
export const secretUrl = (...protocols: string[]): Rule<Secret> =>
  text.refine((value) => protocols.includes(parsed(value)?.protocol ?? '')).transform((value) => new Secret(value));

export const address: Rule<string> = text.refine((value) => isIP(value) !== 0);

/** An address, or a range like `10.0.0.0/8`. */
export const network: Rule<string> = text.refine((value) => {
  const [ip = '', bits, ...rest] = value.split('/');
  if (isIP(ip) === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIP(ip) === 4 ? 32 : 128));
});

/** `https://host[:port]` and nothing after it, without a slash at the end; `http` only where nobody can listen in. */
export const origin: Rule<string> = text.refine((value) => parsed(value)?.origin === value && isGuarded(value));

/** A URL compared as a text with what the other side states, such as an issuer: kept to the letter. */
export const exactUrl: Rule<string> = text.refine((value) => {
  const url = parsed(value);
  return isGuarded(value) && !url?.search && !url?.hash && !url?.username && !url?.password;
});

/** Several values between commas; none is an empty list. */
export const listOf = <T>(rule: Rule<T>): Rule<readonly T[]> =>
  z
    .string()
    .transform((value) => value.split(',').map((item) => item.trim()))
    .pipe(z.array(z.string()))
    .transform((items) => items.filter((item) => item !== ''))
    .pipe(z.array(rule));

function parsed(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}

function isGuarded(value: string): boolean {
  const url = parsed(value);
  if (url?.protocol === 'https:') return true;
  return url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}
