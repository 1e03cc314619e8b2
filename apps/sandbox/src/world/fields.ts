import type { Request } from 'express';

type Fields = Record<string, unknown>;

/** Query and body as one; the body wins. Real GitHub takes its parameters from either. */
export function fieldsOf(req: Request): Fields {
  const body: unknown = req.body;
  return { ...req.query, ...(typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {}) };
}

/** One text field; empty, repeated and non-text ones count as missing. */
export function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A field that a form may repeat (checkboxes). */
export function texts(fields: Fields, name: string): string[] {
  const value = fields[name];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item): item is string => typeof item === 'string' && item !== '');
}

export interface BasicCredentials {
  readonly id: string;
  readonly secret: string;
}

/** HTTP Basic credentials (RFC 7617), or undefined. */
export function basicCredentials(req: Request): BasicCredentials | undefined {
  const match = /^basic +([A-Za-z0-9+/=]+)$/i.exec(req.headers.authorization ?? '');
  if (!match?.[1]) return undefined;
  const plain = Buffer.from(match[1], 'base64').toString('utf8');
  const colon = plain.indexOf(':');
  return colon < 0 ? undefined : { id: plain.slice(0, colon), secret: plain.slice(colon + 1) };
}

export function cookie(req: Request, name: string): string | undefined {
  for (const part of (req.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return undefined;
}

/** The redirect target with these parameters added; undefined ones are left out. */
export function withParams(target: string, params: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(target);
  for (const [name, value] of Object.entries(params)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}
