import { Failure } from '#libs/kernel';
import { findConsentAccount, type Sql, type SubjectRow } from '#libs/persistence';
import type { ConnectRequest } from './connect-request.js';

/** What is renewed has to be a consent of this very subject. @throws Failure `not_found` */
export async function checkRenewed(tx: Sql, request: ConnectRequest, subject: SubjectRow): Promise<void> {
  if (request.renewsConsentId === undefined) return;
  const renewed = await findConsentAccount(tx, request.renewsConsentId);
  const fits = renewed?.live && renewed.subjectId === subject.id && renewed.provider === request.provider;
  if (!fits) throw new Failure('not_found', 'connection_id: is not a connection of this user');
}
