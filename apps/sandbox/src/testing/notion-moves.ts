import { TestBrowser, hidden } from './browser.js';
import { basic, integration, type Fixture } from './fixture.js';

export const version = { 'notion-version': '2025-09-03' };

export interface NotionAnswer {
  readonly seat?: string;
  readonly pages?: readonly string[];
  readonly cancelAt?: 'workspace' | 'pages';
}

/** Walks Notion's two pages; returns the URL that the browser is sent to, or the text of an error page. */
export async function authorizeNotion(
  sandbox: Fixture,
  params: Record<string, string> = {},
  answer: NotionAnswer = {},
): Promise<URL | string> {
  const browser = new TestBrowser();
  const action = `${sandbox.url}/notion/v1/oauth/authorize`;
  const query = new URLSearchParams({
    client_id: integration.id,
    response_type: 'code',
    owner: 'user',
    state: 'st',
    ...params,
  });
  const first = await browser.follow(`${action}?${query}`, sandbox.url);
  if (first instanceof URL) return first;
  if (first.status !== 200) return first.html;
  const request = hidden(first.html, 'request');
  const seat = answer.seat ?? 'ada@studio';
  const choose = { request, seat, decision: answer.cancelAt === 'workspace' ? 'cancel' : 'workspace' };
  const second = await browser.follow(action, sandbox.url, new URLSearchParams(choose));
  if (second instanceof URL) return second;
  const form = new URLSearchParams({
    request,
    seat: hidden(second.html, 'seat'),
    decision: answer.cancelAt === 'pages' ? 'cancel' : 'allow',
  });
  const offered = [...second.html.matchAll(/<input type="checkbox" name="page"[^>]*value="([^"]+)"/g)].map(
    (match) => match[1]!,
  );
  for (const page of answer.pages ?? offered) form.append('page', page);
  const left = await browser.follow(action, sandbox.url, form);
  return left instanceof URL ? left : left.html;
}

export function notionOauth(
  sandbox: Fixture,
  what: string,
  body: unknown,
  headers: Record<string, string | undefined> = {},
): Promise<Response> {
  const all = {
    authorization: basic(integration.id, integration.secret),
    'content-type': 'application/json',
    ...version,
    ...headers,
  };
  const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const text = body instanceof URLSearchParams || typeof body === 'string' ? body.toString() : JSON.stringify(body);
  return fetch(`${sandbox.url}/notion/v1/oauth/${what}`, { method: 'POST', headers: sent, body: text });
}

export async function connectNotion(sandbox: Fixture, answer: NotionAnswer = {}): Promise<any> {
  const redirect_uri = integration.redirectUri;
  const back = await authorizeNotion(sandbox, { redirect_uri }, answer);
  if (!(back instanceof URL)) throw new Error('Notion did not send the browser back');
  const code = back.searchParams.get('code');
  return (await notionOauth(sandbox, 'token', { grant_type: 'authorization_code', code, redirect_uri })).json();
}

export async function refreshNotion(sandbox: Fixture, refresh_token: string): Promise<any> {
  return (await notionOauth(sandbox, 'token', { grant_type: 'refresh_token', refresh_token })).json();
}

export function notionApi(sandbox: Fixture, path: string, token: string, body?: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, ...version, 'content-type': 'application/json' };
  const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return fetch(`${sandbox.url}/notion/v1${path}`, { headers, ...post });
}
