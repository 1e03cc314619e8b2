import { webAddress } from './html.js';
import type { Settings } from './settings.js';

/** One thing to show out of a person's account. */
export interface Item {
  readonly title: string;
  readonly hint: string;
  readonly link: string | undefined;
}

/** A provider that Notes can show something of. */
export interface Source {
  /** Slug at the Token Exchanger. */
  readonly provider: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Said to the person in the list of hand-outs. */
  readonly purpose: string;
  readonly itemsAre: string;
  /** One request to the provider's API. */
  readonly request: (accessToken: string) => Promise<Response>;
  /** Reads its answer. */
  readonly items: (body: unknown) => readonly Item[];
}

type Fields = Readonly<Record<string, unknown>>;

const TIMEOUT_MS = 5_000;

export const sources = (settings: Settings): readonly Source[] => [github(settings), notion(settings)];

const github = (settings: Settings): Source => ({
  provider: 'github',
  name: 'GitHub',
  scopes: ['repo'],
  purpose: 'Show your repositories beside your notes',
  itemsAre: 'Repositories',
  request: (accessToken) =>
    call(`${settings.githubApiUrl}/user/repos?sort=updated&per_page=10`, accessToken, {
      headers: { accept: 'application/vnd.github+json' },
    }),
  items: (body) =>
    list(body).map((repo) => ({
      title: text(repo['full_name']) || text(repo['name']),
      hint: repo['private'] === true ? 'private' : 'public',
      link: webAddress(repo['html_url']),
    })),
});

const notion = (settings: Settings): Source => ({
  provider: 'notion',
  name: 'Notion',
  scopes: ['read'],
  purpose: 'Show your pages beside your notes',
  itemsAre: 'Pages',
  request: (accessToken) =>
    call(`${settings.notionApiUrl}/v1/search`, accessToken, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'notion-version': '2025-09-03' },
      body: JSON.stringify({ page_size: 10, filter: { property: 'object', value: 'page' } }),
    }),
  items: (body) =>
    list(fields(body)['results']).map((page) => ({
      title: pageTitle(page),
      hint: 'page',
      link: webAddress(page['url']),
    })),
});

type Init = Pick<RequestInit, 'method' | 'body'> & { readonly headers: Readonly<Record<string, string>> };

/** Follows no redirect: the token is for this host only. */
const call = (url: string, accessToken: string, init: Init): Promise<Response> =>
  fetch(url, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${accessToken}`, 'user-agent': 'notes-example' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });

/** A page's title is whichever property has the type `title`, in pieces. */
function pageTitle(page: Fields): string {
  const property = Object.values(fields(page['properties']))
    .map(fields)
    .find((one) => one['type'] === 'title');
  const pieces = list(property?.['title']).map((piece) => text(piece['plain_text']));
  return pieces.join('') || 'Untitled';
}

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const list = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fields) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
