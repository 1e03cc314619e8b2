import { Failure, parsePublicId, publicId, type Uuid } from '#libs/kernel';
import { text } from '#libs/http';
import type { AuditFilter } from '#libs/persistence';
import { z } from 'zod';
import { idOf, ProviderSlug, UserId } from '../wire.js';

const moment = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-11-21T10:00:00Z' })
  .transform((value) => new Date(value));

const limitText = text({ max: 3, pattern: /^[0-9]+$/, must: 'must be a whole number' })
  .transform(Number)
  .refine((value) => value >= 1 && value <= 200, { error: 'must be from 1 to 200' });

/** An event is named `evt_…`, a hand-out or refusal `exc_…`: both are rows of the one log. */
const eventId = text({ max: 64 }).transform((value, context) => {
  const id = parseEventId(value);
  if (id !== undefined) return id;
  context.addIssue({ code: 'custom', message: 'must be an id that begins with exc_ or evt_' });
  return z.NEVER;
});

function parseEventId(value: string): Uuid | undefined {
  return parsePublicId('exchange', value) ?? parsePublicId('event', value);
}

export const EventPath = z.strictObject({ id: eventId });
export type EventPath = z.infer<typeof EventPath>;

export const AuditQueryParameters = z
  .strictObject({
    from: moment.optional(),
    to: moment.optional(),
    server: idOf('server', 'srv').optional(),
    user: idOf('user', 'usr').optional(),
    user_id: UserId.optional(),
    provider: ProviderSlug.optional(),
    connection: idOf('connection', 'con').optional(),
    consent: idOf('consent', 'cns').optional(),
    outcome: z.enum(['allowed', 'denied', 'failed']).optional(),
    denied_by: z.enum(['operator_cap', 'server_cap', 'user_denied', 'provider_cannot_narrow']).optional(),
    kind: text({ max: 64, pattern: /^[a-z_]+\.[a-z_]+$/, must: 'must be a kind such as token.exchange' }).optional(),
    exchange_id: eventId.optional(),
    token_fingerprint: text({ max: 64, pattern: /^[0-9a-f]{64}$/, must: 'must be 64 hex digits' }).optional(),
    limit: limitText.optional(),
    cursor: text({ max: 64 }).optional(),
  })
  .refine((query) => query.user_id === undefined || query.server !== undefined, {
    path: ['user_id'],
    error: 'must come with server: it is the name by which one server calls a person',
  })
  .meta({ id: 'AuditQuery' });
export type AuditQueryParameters = z.infer<typeof AuditQueryParameters>;

const standardLimit = 50;

/** The parameters as filter and page; `filteredBy` names what narrows. */
export function readAuditQuery({ limit, cursor, ...wanted }: AuditQueryParameters) {
  const filter: Omit<AuditFilter, 'organizationId'> = {
    from: wanted.from,
    to: wanted.to,
    serverId: wanted.server,
    userId: wanted.user,
    subject: wanted.user_id,
    provider: wanted.provider,
    connectionId: wanted.connection,
    consentId: wanted.consent,
    outcome: wanted.outcome,
    deniedBy: wanted.denied_by,
    kind: wanted.kind,
    eventId: wanted.exchange_id,
    fingerprints: wanted.token_fingerprint === undefined ? undefined : [Buffer.from(wanted.token_fingerprint, 'hex')],
  };
  const filteredBy = Object.entries(wanted).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  return { filter, filteredBy, before: readCursor(cursor), limit: limit ?? standardLimit };
}

export function writeCursor(last: Uuid): string {
  return publicId('event', last);
}

function readCursor(cursor: string | undefined): Uuid | undefined {
  if (cursor === undefined) return undefined;
  const id = parsePublicId('event', cursor);
  if (id === undefined) throw new Failure('invalid_request', 'cursor: must be the next_cursor of an earlier answer');
  return id;
}
