import { Failure, Secret } from '#libs/kernel';
import { hidden, scrub, scrubErrorMessage } from './scrub.js';

const deepest = 8;
const mostItems = 100;

/** A key with one of these words in it (`accessToken`, `set-cookie`) never shows its value. */
const secretWords = new Set(
  'token tokens secret secrets password passwd authorization cookie cookies verifier assertion credential credentials jwt'.split(
    ' ',
  ),
);
/** These only as the whole key: in other words they are harmless. */
const secretKeys = new Set(['code', 'state', 'userid', 'sid', 'session']);

function isSecretKey(key: string): boolean {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word) => secretWords.has(word)) || secretKeys.has(words.join(''));
}

interface KeyVerdict {
  readonly name: string;
  readonly secret: boolean;
}

/** Programs log the same few keys over and over; keys that callers make up must not fill the memory. */
const verdicts = new Map<string, KeyVerdict>();
const mostVerdicts = 500;

function judgeKey(key: string): KeyVerdict {
  const known = verdicts.get(key);
  if (known) return known;
  const verdict = { name: scrub(key), secret: isSecretKey(key) };
  if (verdicts.size < mostVerdicts && key.length <= 64) verdicts.set(key, verdict);
  return verdict;
}

/**
 * A copy that may be logged. Decided by type: secrets are hidden, errors shrink to what is known to be harmless, and of
 * objects only plain ones are walked, because an unknown class may hold anything. Key names are only a second line.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return scrub(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '[deep]';
  if (value instanceof Error) return describeError(value, depth);
  if (Array.isArray(value)) return value.slice(0, mostItems).map((item) => redact(item, depth + 1));
  return redactObject(value, depth);
}

function redactObject(value: object, depth: number): unknown {
  if (value instanceof Secret) return hidden;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (value instanceof URL) return scrub(value.href);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Set) return redact([...value], depth);
  if (value instanceof Map)
    return redactEntries(
      [...value].map(([key, item]) => [String(key), item]),
      depth,
    );
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return redactEntries(Object.entries(value), depth);
  return `[${value.constructor?.name ?? 'object'}]`;
}

function redactEntries(entries: readonly (readonly [string, unknown])[], depth: number): Record<string, unknown> {
  // fromEntries defines properties, so that a key `__proto__` stays a key.
  return Object.fromEntries(
    entries.slice(0, mostItems).map(([key, item]) => {
      const { name, secret } = judgeKey(key);
      return [name, secret ? hidden : redact(item, depth + 1)];
    }),
  );
}

/** A name that somebody chose (`invalid_grant`, `ECONNRESET`) or a short code (`23505`), and never a random text. */
const codeLike = /^(?:[a-z_]{1,64}|[A-Z_]{1,64}|[\w.:-]{1,8})$/;

/** Fields of foreign errors that name places and never carry values. */
const harmless = [
  'code',
  'class',
  'outcome',
  'stage',
  'syscall',
  'errno',
  'status',
  'statusCode',
  'severity',
  'schema',
  'table',
  'constraint',
];

/**
 * An error without what came from outside: no body, no SQL parameter, no request, no `detail`. The stack keeps its
 * frames and loses its first line, which repeats the message.
 */
function describeError(error: Error, depth = 0): Record<string, unknown> {
  const frames = String(error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return {
    type: scrub(String(error.name)),
    message: messageOf(error),
    ...harmlessFields(error),
    frames: frames.slice(0, 12).map((line) => scrub(line.trim())),
    ...(depth < 3 ? insideOf(error, depth + 1) : {}),
  };
}

function harmlessFields(error: Error): Record<string, string | number> {
  const fields = error as unknown as Record<string, unknown>;
  const kept: Record<string, string | number> = {};
  for (const key of harmless) {
    const value = fields[key];
    // Beside the code of an authorization, `code` is a name that hides its value.
    const name = key === 'code' ? 'error_code' : key;
    if (typeof value === 'number') kept[name] = value;
    else if (typeof value === 'string' && codeLike.test(value)) kept[name] = scrub(value);
  }
  return kept;
}

function insideOf(error: Error, depth: number): Record<string, unknown> {
  return {
    ...(error.cause instanceof Error ? { cause: describeError(error.cause, depth) } : {}),
    ...(error instanceof AggregateError ? { errors: redact(error.errors.slice(0, 3), depth) } : {}),
  };
}

/** A failure's description is ours, but repeats field names that a caller made up: its code says enough in a log. */
function messageOf(error: Error): string {
  return error instanceof Failure ? error.code : scrubErrorMessage(String(error.message));
}
