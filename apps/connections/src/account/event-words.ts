import type { RecentEventRow } from '#libs/persistence';

type Say = (server: string, provider: string, event: RecentEventRow) => string;

const sentences: Readonly<Record<string, Say>> = {
  'token.exchange': (server, provider, event) =>
    event.outcome === 'allowed'
      ? `${server} got a token for ${at(event, provider)}${event.tool ? ` for its tool ${event.tool}` : ''}`
      : `${server} asked for a token for ${provider} and did not get one`,
  'token.revoke': (server, provider) => `${server} gave up its access to ${provider}`,
  'token.refreshed': (_server, provider, event) => `The connection to ${at(event, provider)} was renewed by itself`,
  'connect.session_opened': (server, provider) => `${server} asked to use ${provider}`,
  'connect.allowed': (server, provider) => `You allowed ${server} to use ${provider}`,
  'connect.denied': (server, provider) => `You did not allow ${server} to use ${provider}`,
  'connect.completed': (server, provider, event) => `${server} can use ${at(event, provider)}`,
  'connect.failed': (server, provider) => `Connecting ${provider} for ${server} did not work`,
  'connect.link_user_mismatch': (server, provider) =>
    `Connecting ${provider} for ${server} was stopped: the one who came back was not the one who asked`,
  'connection.created': (_server, provider, event) => `${at(event, provider)} was connected`,
  'connection.renewed': (_server, provider, event) => `${at(event, provider)} was connected again`,
  'connection.ended': (_server, provider, event) => `${at(event, provider)} was disconnected`,
  'connection.needs_reauth': (_server, provider, event) => `${at(event, provider)} has to be connected again`,
  'consent.granted': (server, provider, event) => `${server} was given access to ${at(event, provider)}`,
  'consent.changed': (server, provider, event) => `What ${server} may do with ${at(event, provider)} was changed`,
  'consent.ended': (server, provider, event) => `${server} lost its access to ${at(event, provider)}`,
  'subject.linked': (server) => `You were linked to a user of ${server}`,
  'subject.unlinked': (server) => `You were unlinked from ${server}`,
  'refusal.lifted': (server, provider) => `You let ${server} ask for ${provider} again`,
  'upstream.revoked': (_server, provider) => `${provider} ended a token`,
};

/** One row of the log, as the person whom it is about would say it. */
export function eventWords(event: RecentEventRow, provider: string): string {
  const server = event.serverName ?? 'A server';
  return sentences[event.kind]?.(server, provider, event) ?? `${server}: ${event.kind}`;
}

function at({ accountLabel }: RecentEventRow, provider: string): string {
  return accountLabel === null ? provider : `${accountLabel} at ${provider}`;
}
