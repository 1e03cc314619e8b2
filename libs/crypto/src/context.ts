import type { Uuid } from '#libs/kernel';
import { recordClasses, type RecordClass } from './record-class.js';

/** Names the one place where an envelope may be opened. Every field is authenticated; none is secret. */
export interface SealContext {
  readonly class: RecordClass;
  /** The organization whose branch key seals the record: the owner of the registration. */
  readonly organizationId: Uuid;
  /** With a user the record key also needs that user's shred secret, so that deleting the secret erases the record. */
  readonly userId?: Uuid;
  /** The row: grant, connect session, registration, audit event, revocation; the user's own id for a shred secret. */
  readonly recordId: Uuid;
  /** Slug of the provider definition, 1-64 characters. */
  readonly provider?: string;
  /** Generation of the token pair, a whole number from 0. */
  readonly generation?: number;
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const providerForm = /^[\x21-\x7e]{1,64}$/;
const absent = '';

/** The 16 bytes of a uuid in hex. Throws RangeError on any other form, naming the field. */
export function uuidHex(id: Uuid, field: string): string {
  if (!uuidForm.test(id)) throw new RangeError(`seal context: ${field} must be a lower-case uuid with dashes`);
  return id.replaceAll('-', '');
}

/** Whether the shred secret of (user, organization) goes into the record key. It cannot go into its own. */
export function needsShredSecret(context: SealContext): boolean {
  return context.userId !== undefined && context.class !== 'shred_secret';
}

/**
 * The canonical authenticated data: each field behind its length as a 16-bit big-endian number, in fixed order,
 * an absent field as length 0 (docs/reference/envelope.md, "Authenticated data").
 */
export function authenticatedData(header: Buffer, context: SealContext): Buffer {
  checkUser(context);
  const { table, column } = recordClasses[context.class];
  return lengthPrefixed([
    header.toString('hex'),
    textHex(table),
    textHex(column),
    uuidHex(context.organizationId, 'organizationId'),
    context.userId === undefined ? absent : uuidHex(context.userId, 'userId'),
    uuidHex(context.recordId, 'recordId'),
    context.provider === undefined ? absent : providerHex(context.provider),
    context.generation === undefined ? absent : generationHex(context.generation),
  ]);
}

/**
 * Joins fields, each given in hex, so that no two different lists give the same bytes. Hex, because one string made
 * into one buffer costs less than a buffer per field, and this runs on every hand-out.
 */
export function lengthPrefixed(fields: readonly string[]): Buffer {
  let joined = '';
  for (const field of fields) joined += uint16Hex(field.length / 2) + field;
  return Buffer.from(joined, 'hex');
}

export function textHex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

function uint16Hex(value: number): string {
  if (value > 0xffff) throw new RangeError('a length-prefixed field has at most 65535 bytes');
  return value.toString(16).padStart(4, '0');
}

function checkUser(context: SealContext): void {
  const rule = recordClasses[context.class].user;
  if (rule === 'required' && context.userId === undefined) {
    throw new RangeError(`seal context: ${context.class} needs a userId`);
  }
  if (rule === 'none' && context.userId !== undefined) {
    throw new RangeError(`seal context: ${context.class} takes no userId`);
  }
}

function providerHex(provider: string): string {
  if (!providerForm.test(provider)) {
    throw new RangeError('seal context: provider must be 1-64 printable ASCII characters');
  }
  return textHex(provider);
}

function generationHex(generation: number): string {
  if (!Number.isSafeInteger(generation) || generation < 0) {
    throw new RangeError('seal context: generation must be a whole number from 0');
  }
  return generation.toString(16).padStart(16, '0');
}
