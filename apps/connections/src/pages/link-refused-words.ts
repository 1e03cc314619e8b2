import type { LinkRefusal, LinkRefused } from '#libs/connecting';

interface RefusedMessage {
  readonly title: string;
  readonly words: readonly string[];
  readonly status: number;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}

const account = { href: '/account', text: 'Your connections' };

type Words = (server: string, again: string, details: LinkRefused['details']) => RefusedMessage;

/** Each way in which a link can lead nowhere, in plain words. Never says who somebody else is. */
const messages: Readonly<Record<LinkRefusal, Words>> = {
  unknown: (_server, again) => ({
    title: 'This link does not work',
    words: ['It may be incomplete, or too old.', again],
    status: 404,
  }),
  expired: (_server, again) => ({
    title: 'This link has expired',
    words: ['Links work for ten minutes. Nothing was connected.', again],
    status: 410,
  }),
  used: (_server, again) => ({
    title: 'This link was used already',
    words: ['Each link can be answered once.', again],
    status: 410,
    links: [account],
  }),
  other_browser: (_server, again) => ({
    title: 'This link was opened elsewhere',
    words: ['It belongs to the browser in which it was opened first, for as long as one is signed in there.', again],
    status: 403,
  }),
  other_person: (_server, again) => ({
    title: 'This link is not yours',
    words: ['Somebody else opened it first. Nothing of yours was connected.', again],
    status: 403,
  }),
  linked_to_other: (server) => ({
    title: 'This link is for somebody else',
    words: [
      `At ${server}, the user for whom this link was made is linked to another person here.`,
      'If that is you under another sign-in, sign in as that person and unlink it on the page of connections. Nobody else can.',
      'If somebody sent you this link, do not use it.',
    ],
    status: 403,
    links: [account],
  }),
  said_no: (server) => ({
    title: 'You said no to this',
    words: [
      `Not long ago you did not want ${server} to use this account, so you are not asked again yet. Nothing was connected.`,
      'If you have changed your mind, let it ask again on the page of your connections, then open the link again.',
    ],
    status: 403,
    links: [account],
  }),
  state_mismatch: () => ({
    title: 'We could not match this answer',
    words: [
      'You came back with an answer that does not belong to anything begun in this browser. Nothing was connected.',
      'If you followed a link that somebody sent you, that was a good thing.',
    ],
    status: 403,
  }),
  too_many_grants: (_server, _again, { accounts }) => tooMany(accounts ?? []),
  grant_gone: (_server, again) => ({
    title: 'That account is gone',
    words: ['It was disconnected in the meantime.', again],
    status: 409,
  }),
  server_gone: () => ({
    title: 'This is no longer offered',
    words: ['It was switched off in the meantime.'],
    status: 410,
  }),
};

export function linkRefusedWords({ reason, details }: LinkRefused): RefusedMessage {
  const server = details.serverName ?? 'the place where you got the link';
  return messages[reason](server, `Ask ${server} for a new link.`, details);
}

function tooMany(accounts: NonNullable<LinkRefused['details']['accounts']>): RefusedMessage {
  return {
    title: 'Too many servers use this account',
    words: [
      ...accounts.map(
        ({ label, count, serverNames }) =>
          `${label} is used ${count} times with the same permissions${serverNames.length > 0 ? `, for you by ${serverNames.join(', ')}` : ''}.`,
      ),
      'The provider allows no more and would cut off the oldest one without a word. Cut off one that you do not need, then open the link again.',
    ],
    status: 409,
    links: [account],
  };
}
