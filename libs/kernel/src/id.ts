import { v7 } from 'uuid';
import { systemClock, type Clock } from './clock.js';
import { systemRandom, type Random } from './random.js';

/** An id as the code and the database hold it: a lower-case uuid with dashes. */
export type Uuid = string;

/** What each public prefix stands for. The prefix exists only at the edges (HTTP, pages, CLI). */
export const idPrefixes = {
  organization: 'org',
  server: 'srv',
  user: 'usr',
  connection: 'con',
  grant: 'gnt',
  consent: 'cns',
  connectSession: 'cst',
  exchange: 'exc',
  event: 'evt',
  key: 'key',
  registration: 'reg',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** A new time-ordered id (uuid v7, RFC 9562 section 5.7). */
export function newId(clock: Clock = systemClock, random: Random = systemRandom): Uuid {
  return v7({ msecs: clock.now().getTime(), random: random.bytes(16) });
}

/** The form of an id that leaves the platform, for instance `con_0199…` (prefix and 32 hex digits). */
export function publicId(kind: IdKind, id: Uuid): string {
  return `${idPrefixes[kind]}_${id.replaceAll('-', '')}`;
}

/** Reads a public id back; undefined when the prefix or the form is wrong. */
export function parsePublicId(kind: IdKind, text: string): Uuid | undefined {
  const match = /^([a-z]{3})_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(text);
  if (match?.[1] !== idPrefixes[kind]) return undefined;
  return match.slice(2).join('-');
}
