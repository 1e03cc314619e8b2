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
const absent = Buffer.alloc(0);

/** The 16 bytes of a uuid. Throws RangeError on any other form, naming the field. */
export function uuidBytes(id: Uuid, field: string): Buffer {
  if (!uuidForm.test(id)) throw new RangeError(`seal context: ${field} must be a lower-case uuid with dashes`);
  return Buffer.from(id.replaceAll('-', ''), 'hex');
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
    header,
    Buffer.from(table),
    Buffer.from(column),
    uuidBytes(context.organizationId, 'organizationId'),
    context.userId === undefined ? absent : uuidBytes(context.userId, 'userId'),
    uuidBytes(context.recordId, 'recordId'),
    context.provider === undefined ? absent : providerBytes(context.provider),
    context.generation === undefined ? absent : generationBytes(context.generation),
  ]);
}

/** Joins fields so that no two different lists give the same bytes. */
export function lengthPrefixed(fields: readonly Buffer[]): Buffer {
  const joined = Buffer.allocUnsafe(fields.reduce((size, field) => size + 2 + field.length, 0));
  let offset = 0;
  for (const field of fields) {
    offset = joined.writeUInt16BE(field.length, offset);
    offset += field.copy(joined, offset);
  }
  return joined;
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

function providerBytes(provider: string): Buffer {
  if (!providerForm.test(provider))
    throw new RangeError('seal context: provider must be 1-64 printable ASCII characters');
  return Buffer.from(provider, 'ascii');
}

function generationBytes(generation: number): Buffer {
  if (!Number.isSafeInteger(generation) || generation < 0) {
    throw new RangeError('seal context: generation must be a whole number from 0');
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(generation));
  return bytes;
}
