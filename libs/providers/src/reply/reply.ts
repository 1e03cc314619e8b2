import type { EgressResponse } from '#libs/egress';

/** The fields of an answer; undefined when it has none that could be read. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the fields of an answer. The content type is a hint at most: tokens in a readable body with a wrong label must
 * not be lost. JSON first, then the form encoding with which some token endpoints answer.
 */
export function readFields({ body, headers }: Pick<EgressResponse, 'body' | 'headers'>): Fields | undefined {
  const text = body
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  const json = parseJson(text);
  if (json !== undefined) return json;
  const isForm = (headers['content-type'] ?? '').toLowerCase().startsWith('application/x-www-form-urlencoded');
  if (!isForm && !/^(access_token|error)=[^<>\s]*$/.test(text)) return undefined;
  const fields = Object.fromEntries(new URLSearchParams(text));
  return text === '' ? undefined : fields;
}

/** The value at a dotted path; undefined when any step is missing. Only own properties count. */
export function valueAt(fields: Fields | undefined, path: string): unknown {
  let value: unknown = fields;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** The first path that leads to a text that is not empty, or to a number, which becomes text. */
export function textAt(fields: Fields | undefined, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const value = valueAt(fields, path);
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

/** The first path that leads to a finite number; a number written as text counts. */
export function numberAt(fields: Fields | undefined, paths: readonly string[]): number | undefined {
  for (const path of paths) {
    const value = valueAt(fields, path);
    const number = typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
  }
  return undefined;
}

/** Text that may be shown and stored: no control or formatting characters, bounded. */
export function plainText(text: string, length: number): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .trim()
    .slice(0, length);
}

function parseJson(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
