import type { SealContext } from '#libs/crypto';
import { Secret, type Uuid } from '#libs/kernel';

/** What a caller may say of a hand-out in free text. It can name people, so it is kept under the person's shred secret. */
export interface PersonalNote {
  readonly purpose?: string | undefined;
  readonly callId?: string | undefined;
}

/** The note as it is sealed; undefined when there is nothing to keep. */
export function personalText(note: PersonalNote): Secret | undefined {
  if (note.purpose === undefined && note.callId === undefined) return undefined;
  return new Secret(JSON.stringify(note));
}

/** Binds a sealed note to the one audit row it belongs to. */
export function personalContext(eventId: Uuid, userId: Uuid, organizationId: Uuid): SealContext {
  return { class: 'audit.personal', organizationId, userId, recordId: eventId };
}
