import { TokenExchangerError } from './errors.js';

/** A JSON object from the platform, not yet believed. */
export type Wire = Readonly<Record<string, unknown>>;

/** An answer that breaks the API's contract: a proxy's page, or a platform of another version. */
export const unexpected = (what: string): TokenExchangerError =>
  new TokenExchangerError('unexpected_answer', `the answer of the Token Exchanger ${what}`);

export const asWire = (value: unknown): Wire | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Wire) : undefined;

/** @throws TokenExchangerError `unexpected_answer` when the field is not a non-empty string */
export function text(wire: Wire, field: string): string {
  const value = wire[field];
  if (typeof value !== 'string' || value === '') throw unexpected(`has no text in ${field}`);
  return value;
}

export const optionalText = (wire: Wire, field: string): string | undefined => {
  const value = wire[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

export const optionalNumber = (wire: Wire, field: string): number | undefined => {
  const value = wire[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

export const flag = (wire: Wire, field: string): boolean => wire[field] === true;

/** An RFC 3339 time. What is no time is treated as not said, because it only informs. */
export const optionalDate = (wire: Wire, field: string): Date | undefined => {
  const value = wire[field];
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time);
};

/** The wire joins scopes with spaces (RFC 6749 section 3.3). */
export const scopeList = (wire: Wire, field = 'scope'): readonly string[] =>
  optionalText(wire, field)?.split(' ').filter(Boolean) ?? [];

export const texts = (wire: Wire, field: string): readonly string[] => {
  const value = wire[field];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
};

/** @throws TokenExchangerError `unexpected_answer` when the field is not a list of objects */
export function objects(wire: Wire, field: string): readonly Wire[] {
  const value = wire[field];
  if (!Array.isArray(value)) throw unexpected(`has no list in ${field}`);
  return value.map((item) => {
    const object = asWire(item);
    if (!object) throw unexpected(`has something else than objects in ${field}`);
    return object;
  });
}

/** Leaves out what is undefined, so that an optional property is absent and not `undefined`. */
export function compact<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}
