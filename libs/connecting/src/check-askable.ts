import { Failure } from '#libs/kernel';
import {
  findRefusal,
  findServerCap,
  findServingRegistration,
  type RegistrationRow,
  type Sql,
  type SubjectRow,
} from '#libs/persistence';
import { decideConnect } from '#libs/policy';
import type { ConnectRequest } from './connect-request.js';
import type { ProviderFactsOf } from './provider-facts.js';

export interface Askable {
  readonly registration: RegistrationRow;
  readonly scopes: readonly string[];
}

/** Whether the person may be asked for this at all, and for which scopes. @throws Failure `invalid_target`, `access_denied` */
export async function checkAskable(
  tx: Sql,
  factsOf: ProviderFactsOf,
  request: ConnectRequest,
  subject: SubjectRow,
): Promise<Askable> {
  const registration = await findServingRegistration(tx, request.server, request.provider, subject.id);
  if (!registration) throw new Failure('invalid_target', 'provider: is not offered here');
  const decision = decideConnect({
    // A refusal that has ended is not read at all, so any earlier moment will do.
    now: new Date(0),
    provider: factsOf(request.provider, registration.params),
    operatorCap: registration.operatorCap,
    serverCap: await findServerCap(tx, request.server.id, request.provider),
    scopes: request.scopes,
    refusedUntil: await findRefusal(tx, { subjectId: subject.id, userId: subject.userId, provider: request.provider }),
  });
  if (decision.kind === 'ask') return { registration, scopes: decision.scopes };
  if (decision.kind === 'invalid_target') throw new Failure('invalid_target', 'provider: is not offered here');
  throw new Failure('access_denied', words[decision.deniedBy], {
    denied_by: decision.deniedBy,
    missing_scopes: decision.missing,
  });
}

const words = {
  operator_cap: 'scopes: go beyond what the operator allows at this provider',
  server_cap: 'scopes: go beyond what this server may be given',
  user_denied: 'the user said no not long ago and is not asked again yet',
  provider_cannot_narrow: 'tokens of this provider can do more than this server may be given, and cannot be narrowed',
} as const;
