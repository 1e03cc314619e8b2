import type { LinkRefused } from '#libs/connecting';

interface RefusedMessage {
  readonly title: string;
  readonly words: readonly string[];
  readonly status: number;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}

const account = { href: '/account', text: 'Your connections' };

/** Each way in which a link can lead nowhere, in plain words. Never says who somebody else is. */
export function linkRefusedWords({ reason, details }: LinkRefused): RefusedMessage {
  const server = details.serverName ?? 'the place where you got the link';
  const again = `Ask ${server} for a new link.`;
  switch (reason) {
    case 'unknown':
      return { title: 'This link does not work', words: ['It may be incomplete.', again], status: 404 };
    case 'expired':
      return {
        title: 'This link has expired',
        words: ['Links work for ten minutes. Nothing was connected.', again],
        status: 410,
      };
    case 'used':
      return {
        title: 'This link was used already',
        words: ['Each link can be answered once.', again],
        status: 410,
        links: [account],
      };
    case 'other_browser':
      return {
        title: 'This link was opened elsewhere',
        words: [
          'It belongs to the browser in which it was opened first, for as long as one is signed in there.',
          again,
        ],
        status: 403,
      };
    case 'other_person':
      return {
        title: 'This link is not yours',
        words: ['Somebody else opened it first. Nothing of yours was connected.', again],
        status: 403,
      };
    case 'linked_to_other':
      return {
        title: 'This link is for somebody else',
        words: [
          `At ${server}, the user for whom this link was made is linked to another person here.`,
          'If that is you under another sign-in, sign in as that person and unlink it on the page of connections. Nobody else can.',
          'If somebody sent you this link, do not use it.',
        ],
        status: 403,
        links: [account],
      };
    case 'state_mismatch':
      return {
        title: 'We could not match this answer',
        words: [
          'You came back with an answer that does not belong to anything begun in this browser. Nothing was connected.',
          'If you followed a link that somebody sent you, that was a good thing.',
        ],
        status: 403,
      };
    case 'too_many_grants':
      return tooMany(details.accounts ?? []);
    case 'grant_gone':
      return { title: 'That account is gone', words: ['It was disconnected in the meantime.', again], status: 409 };
    case 'server_gone':
    case 'provider_gone':
      return { title: 'This is no longer offered', words: ['It was switched off in the meantime.'], status: 410 };
  }
}

function tooMany(accounts: NonNullable<LinkRefused['details']['accounts']>): RefusedMessage {
  return {
    title: 'Too many servers use this account',
    words: [
      ...accounts.map(
        ({ label, count, serverNames }) =>
          `${label} is used by ${count} servers with the same permissions: ${serverNames.join(', ')}.`,
      ),
      'The provider allows no more and would cut off the oldest one without a word. Cut off one that you do not need, then open the link again.',
    ],
    status: 409,
    links: [account],
  };
}
