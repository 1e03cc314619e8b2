import { sha256 } from '#libs/crypto';
import type { Secret, Uuid } from '#libs/kernel';
import {
  findRefusal,
  findServer,
  findSessionByLink,
  findSubject,
  type ConnectSessionRow,
  type ServerRow,
  type Sql,
} from '#libs/persistence';
import { LinkRefused, type LinkRefusal } from './link-refused.js';
import type { SignedInOpener } from './opener.js';

export interface OpenLinkSession {
  readonly session: ConnectSessionRow;
  readonly server: ServerRow;
}

/**
 * The session behind a link that may still be answered, by this person in this browser. The first check that fails
 * decides; whether the link is bound yet is for the caller to say.
 * @throws LinkRefused
 */
export async function requireOpenLink(sql: Sql, link: Secret, opener: SignedInOpener): Promise<OpenLinkSession> {
  const session = await findSessionByLink(sql, sha256(link.reveal()));
  if (!session) throw new LinkRefused('unknown');
  const server = await findServer(sql, session.serverId);
  if (!server) throw new LinkRefused('server_gone');
  const subject = await findSubject(sql, session.subjectId);
  const reason = notAnswerable(session) ?? notTheirs(session, opener, subject?.userId ?? undefined);
  if (reason !== undefined) throw new LinkRefused(reason, { serverName: server.name });
  if (await findRefusal(sql, { ...session, userId: opener.userId }))
    throw new LinkRefused('said_no', { serverName: server.name });
  return { session, server };
}

function notAnswerable({ status, expired, failure }: ConnectSessionRow): LinkRefusal | undefined {
  if ((status === 'open' && expired) || failure === 'expired') return 'expired';
  return status === 'open' ? undefined : 'used';
}

function notTheirs(
  session: ConnectSessionRow,
  opener: SignedInOpener,
  linkedTo: Uuid | undefined,
): LinkRefusal | undefined {
  if (session.userId !== null && session.userId !== opener.userId) return 'other_person';
  const sameBrowser = session.browserSessionHash?.equals(opener.browserSessionHash) ?? true;
  if (!sameBrowser) return 'other_browser';
  return linkedTo !== undefined && linkedTo !== opener.userId ? 'linked_to_other' : undefined;
}

/** As above, for an answer to the page: the link is bound to this browser already. @throws LinkRefused */
export async function requireOwnLink(sql: Sql, link: Secret, opener: SignedInOpener): Promise<OpenLinkSession> {
  const found = await requireOpenLink(sql, link, opener);
  if (found.session.userId === null) throw new LinkRefused('other_browser', { serverName: found.server.name });
  return found;
}
