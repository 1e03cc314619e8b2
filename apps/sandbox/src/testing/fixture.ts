import { createHash } from 'node:crypto';
import type { Clock } from '#libs/kernel';
import { startSandbox } from '../sandbox.js';
import type { SandboxSettings } from '../settings.js';
import { newSigningKeys } from '../signin/signing-keys.js';
import { TestBrowser, hidden } from './browser.js';

export const callback = 'http://localhost:4999/callback/github';
export const oauthApp = { client_id: 'oauth-app', client_secret: 'oauth-app-secret-123' };
export const githubApp = { client_id: 'github-app', client_secret: 'github-app-secret-123' };
export const longLived = { client_id: 'long-lived', client_secret: 'long-lived-secret-123' };
export const integration = {
  id: 'notion-one',
  secret: 'notion-one-secret-123',
  redirectUri: 'http://localhost:4999/callback/notion',
};

const github = { name: 'Test app', kind: 'oauth', redirectUris: [callback], wildcard: false, expiring: true } as const;

export const settings: SandboxSettings = {
  port: 0,
  host: '127.0.0.1',
  github: [
    { ...github, redirectUris: [callback], clientId: oauthApp.client_id, clientSecret: oauthApp.client_secret },
    {
      ...github,
      redirectUris: [callback],
      kind: 'github-app',
      clientId: githubApp.client_id,
      clientSecret: githubApp.client_secret,
    },
    {
      ...github,
      redirectUris: [callback],
      expiring: false,
      clientId: longLived.client_id,
      clientSecret: longLived.client_secret,
    },
  ],
  notion: [
    {
      name: 'Test integration',
      clientId: integration.id,
      clientSecret: integration.secret,
      redirectUris: [integration.redirectUri],
      capabilities: ['read_content', 'read_user_with_email'],
    },
  ],
  signIn: {
    clientId: 'sign-in-client',
    clientSecret: 'sign-in-client-secret',
    redirectUris: ['http://localhost:4999/signed-in'],
    postLogoutRedirectUris: ['http://localhost:4999/'],
  },
};

// Made once per test file: it is the only slow part of a start.
const signingKeys = newSigningKeys();

/** A running sandbox and the moves that tests make in it. */
export class Fixture {
  private constructor(
    readonly url: string,
    readonly close: () => Promise<void>,
  ) {}

  static async start(deps: { clock?: Clock } = {}): Promise<Fixture> {
    const sandbox = await startSandbox(settings, { signingKeys: await signingKeys, ...deps });
    return new Fixture(sandbox.url, () => sandbox.close());
  }

  /** Posts JSON to the control API. */
  async control(path: string, body: unknown, method = 'POST'): Promise<any> {
    const response = await fetch(`${this.url}/control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method !== 'GET' && method !== 'DELETE' && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`control ${path} answered ${response.status}: ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }

  async witness(query: Record<string, string> = {}): Promise<any[]> {
    const response = await fetch(`${this.url}/witness?${new URLSearchParams(query)}`);
    return ((await response.json()) as { entries: any[] }).entries;
  }

  /** GitHub's authorize page answered: the URL that the browser is sent to. */
  async authorizeGithub(
    params: Record<string, string>,
    answer: GithubAnswer = {},
    browser = new TestBrowser(),
  ): Promise<URL> {
    const query = new URLSearchParams({ redirect_uri: callback, state: 'st', ...params });
    const shown = await browser.follow(`${this.url}/github/login/oauth/authorize?${query}`, this.url);
    if (shown instanceof URL) return shown;
    const form = new URLSearchParams({
      request: hidden(shown.html, 'request'),
      account: answer.account ?? 'ada-lindqvist',
      decision: answer.decision ?? 'authorize',
    });
    const offered = [...shown.html.matchAll(/name="scope" [^>]*value="([^"]+)"|value="([^"]+)" name="scope"/g)].map(
      (m) => m[1] ?? m[2]!,
    );
    for (const scope of offered) if (!answer.untick?.includes(scope)) form.append('scope', scope);
    const left = await browser.follow(`${this.url}/github/login/oauth/authorize`, this.url, form);
    if (!(left instanceof URL)) throw new Error(`the page answered ${left.status}`);
    return left;
  }

  async githubToken(
    params: Record<string, string>,
    headers: Record<string, string> = { accept: 'application/json' },
  ): Promise<any> {
    const response = await fetch(`${this.url}/github/login/oauth/access_token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(params),
    });
    return response.json();
  }

  /** The whole dance: a token answer of GitHub. */
  async connectGithub(app: Record<string, string>, scope?: string, answer: GithubAnswer = {}): Promise<any> {
    const params = { client_id: app.client_id!, ...(scope !== undefined && { scope }) };
    const back = await this.authorizeGithub(params, answer);
    return this.githubToken({ ...app, code: back.searchParams.get('code')! });
  }

  githubApi(path: string, token: string): Promise<Response> {
    return fetch(`${this.url}/github-api${path}`, { headers: { authorization: `Bearer ${token}` } });
  }

  administer(app: Record<string, string>, call: [method: string, what: string], body: unknown): Promise<Response> {
    return fetch(`${this.url}/github-api/applications/${app.client_id}/${call[1]}`, {
      method: call[0],
      headers: { authorization: basic(app.client_id!, app.client_secret!), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
}

export interface GithubAnswer {
  readonly account?: string;
  readonly untick?: readonly string[];
  readonly decision?: string;
}

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
