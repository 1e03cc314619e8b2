import type { Addresses } from '../addresses.js';
import type { DemoKeys } from '../demo/demo-keys.js';
import { linkById } from './html-forms.js';
import { Walker, type VisitedPage } from './walker.js';

const person = 'notes-1';

type Say = (message: string) => void;

/** The way of a newcomer: connect an account in Notes, hand out a token, use it, find it in the log. Throws where it breaks. */
export async function connectAndUse(at: Addresses, keys: DemoKeys, say: Say): Promise<void> {
  await startUnconnected(at, keys, say);
  await connectInNotes(at, new Walker(), say);
  const handOut = await exchange(at, keys, say);
  await useToken(at, handOut.access_token, say);
  await findOnRecord(at, keys, handOut.exchange_id, say);
}

async function startUnconnected(at: Addresses, { serverKey }: DemoKeys, say: Say): Promise<void> {
  await call(`${at.exchange}/token/revoke`, serverKey, { user_id: person, provider: 'github' });
  say('Ended what connection to GitHub Mia may have had in Notes, to begin from nothing');
}

async function connectInNotes(at: Addresses, walker: Walker, say: Say): Promise<void> {
  const home = await walker.press(await walker.open(at.notes), `person=${person}`);
  say('Signed in to Notes as Mia');
  const leaving = await walker.press(home, 'Connect GitHub');
  const link = linkById(leaving.html, 'continue');
  if (link === undefined) throw new Error('Notes did not offer the link to the consent page');
  let page = await walker.open(link);
  for (const step of stepsOf(at)) {
    expectPage(page, step.page);
    say(step.says);
    page = await walker.press(page, step.press);
  }
  expectPage(page, at.notes);
  if (!page.html.includes('hello-world') && !/repositor/i.test(page.html))
    throw new Error('Notes shows no repositories');
  say('Back in Notes, which shows the repositories');
}

function stepsOf(at: Addresses) {
  return [
    { page: `${at.sandbox}/signin/`, press: 'sub=person-ada', says: 'Signed in to the platform as Ada Lindqvist' },
    { page: `${at.connections}/connect/`, press: 'decision=allow', says: 'Allowed Notes on the consent page' },
    { page: `${at.githubWeb}/login/oauth/authorize`, press: 'Authorize', says: 'Authorized the platform at GitHub' },
  ];
}

function expectPage(page: VisitedPage, address: string): void {
  if (page.status === 200 && page.url.href.startsWith(address)) return;
  const heading = /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(page.html)?.[1] ?? '';
  throw new Error(
    `expected a page of ${address}, got ${page.url.origin}${page.url.pathname} (${page.status}) ${heading}`,
  );
}

interface HandOut {
  readonly access_token: string;
  readonly exchange_id: string;
  readonly scope: string;
}

async function exchange(at: Addresses, { serverKey }: DemoKeys, say: Say): Promise<HandOut> {
  const body = { user_id: person, provider: 'github', purpose: 'show the demo', tool: 'list_repositories' };
  const handOut = (await call(`${at.exchange}/token/exchange`, serverKey, body)) as HandOut;
  say(`Exchanged: ${handOut.exchange_id}, scope "${handOut.scope}"`);
  return handOut;
}

async function useToken(at: Addresses, token: string, say: Say): Promise<void> {
  const repositories = (await call(`${at.githubApi}/user/repos`, token)) as { full_name: string }[];
  if (repositories.length === 0) throw new Error('the token reads no repositories');
  say(`The token reads ${repositories.length} repositories: ${repositories.map((one) => one.full_name).join(', ')}`);
}

async function findOnRecord(at: Addresses, { auditorKey }: DemoKeys, exchangeId: string, say: Say): Promise<void> {
  const row = (await call(`${at.exchange}/audit/events/${exchangeId}`, auditorKey)) as Record<string, unknown>;
  if (row['outcome'] !== 'allowed') throw new Error('the log does not say that the token was handed out');
  say(
    `On record: ${String(row['at'])} ${String(row['kind'])} ${String(row['outcome'])}, because "${String(row['purpose'])}"`,
  );
}

/** GET, or POST with a body. Throws what the answer says when it is no success. */
async function call(url: string, credential: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}
