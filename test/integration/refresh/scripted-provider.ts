import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDefinition, type DefinitionInput, type ProviderDefinition } from '#libs/providers';

/** One call of the token endpoint, as the provider saw it: the judge of what was spent. */
export interface SeenSpend {
  readonly refreshToken: string;
  readonly accepted: boolean;
}

/** What the token endpoint does with one call. `rotate` spends the token and gives the new pair's answer. */
export type Act = (call: {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly refreshToken: string;
  readonly rotate: () => Record<string, unknown> | undefined;
  readonly refuse: (code?: string) => void;
}) => void | Promise<void>;

export interface Manners {
  readonly graceSeconds?: number;
  readonly accessTokenDiesOnRefresh?: boolean;
  readonly reuseRevokesFamily?: boolean;
  readonly expiresIn?: number | undefined;
}

/** A provider with rotating refresh tokens, of which a test decides every answer. It keeps a log of all spends. */
export class ScriptedProvider {
  readonly spends: SeenSpend[] = [];
  readonly revoked: string[] = [];
  /** What the revocation endpoint answers; only with 200 it acts. */
  revokeStatus = 200;
  revokeDelayMs = 0;
  readonly #script: Act[] = [];
  readonly #alive = new Set<string>();
  #current = 0;
  #previous: { token: string; until: number } | undefined;
  #familyDead = false;

  private constructor(
    private readonly server: Server,
    readonly manners: Manners,
  ) {}

  static async start(manners: Manners = {}): Promise<ScriptedProvider> {
    const server = createServer();
    const provider = new ScriptedProvider(server, manners);
    server.on('request', (req, res) => void provider.answer(req, res));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get accepted(): number {
    return this.spends.filter((spend) => spend.accepted).length;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The pair of a new authorization. */
  authorize(): { access_token: string; refresh_token: string; expires_in: number | undefined } {
    this.#familyDead = false;
    return this.#pair();
  }

  /** The next call of the token endpoint goes this way; without a script every call rotates. */
  next(...acts: Act[]): void {
    this.#script.push(...acts);
  }

  isAlive(accessToken: string): boolean {
    return this.#alive.has(accessToken);
  }

  kill(accessToken: string): void {
    this.#alive.delete(accessToken);
  }

  definition(overrides: Partial<DefinitionInput> = {}): ProviderDefinition {
    const { graceSeconds = 0, accessTokenDiesOnRefresh = false, reuseRevokesFamily = false } = this.manners;
    return parseDefinition({
      slug: 'scripted',
      name: 'Scripted',
      params: { api: { kind: 'baseUrl', says: 'The API', pattern: 'http://127.0.0.1:[0-9]+', default: this.url } },
      origins: { endpoints: ['{api}'], token: ['{api}'] },
      authorize: { url: '{api}/authorize', pkce: 'off' },
      token: { url: '{api}/token', auth: 'body', encoding: 'form' },
      errors: { reconnect: ['invalid_grant'], operator: ['invalid_client'], transient: ['slow_down'] },
      scopes: {
        kind: 'oauth',
        catalogue: { read: { says: 'Read', risk: 'low' }, write: { says: 'Write', risk: 'high' } },
      },
      lifetime: { codeSeconds: 600 },
      refresh: { rotation: 'rotating', graceSeconds, accessTokenDiesOnRefresh, reuseRevokesFamily },
      revocation: { url: '{api}/revoke', auth: 'body', encoding: 'form', token: 'access', effect: 'token' },
      identity: { endpoint: { url: '{api}/me' }, paths: { key: [['id']], label: ['id'] } },
      authorization: 'per_server',
      ...overrides,
    });
  }

  private async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = new URLSearchParams(await text(req));
    if (req.url === '/me') return this.#me(req, res);
    if (req.url === '/revoke') {
      await sleep(this.revokeDelayMs);
      if (this.revokeStatus === 200) {
        this.revoked.push(body.get('token') ?? '');
        this.#alive.delete(body.get('token') ?? '');
      }
      return void res.writeHead(this.revokeStatus).end();
    }
    const refreshToken = body.get('refresh_token') ?? '';
    const refuse = (code = 'invalid_grant') => json(res, 400, { error: code });
    const act = this.#script.shift() ?? usual;
    await act({ req, res, refreshToken, rotate: () => this.#rotate(refreshToken), refuse });
  }

  #me(req: IncomingMessage, res: ServerResponse): void {
    const token = (req.headers.authorization ?? '').replace('Bearer ', '');
    if (this.#alive.has(token)) json(res, 200, { id: '1' });
    else json(res, 401, { error: 'bad_token' });
  }

  #rotate(refreshToken: string): Record<string, unknown> | undefined {
    const inGrace = this.#previous?.token === refreshToken && Date.now() < this.#previous.until;
    const accepted = !this.#familyDead && (refreshToken === `rt-${this.#current}` || inGrace);
    this.spends.push({ refreshToken, accepted });
    if (!accepted && this.manners.reuseRevokesFamily) {
      this.#familyDead = true;
      this.#alive.clear();
    }
    if (!accepted) return undefined;
    this.#previous = { token: refreshToken, until: Date.now() + (this.manners.graceSeconds ?? 0) * 1000 };
    if (this.manners.accessTokenDiesOnRefresh) this.#alive.clear();
    return this.#pair();
  }

  #pair(): { access_token: string; refresh_token: string; expires_in: number | undefined } {
    const number = ++this.#current;
    this.#alive.add(`at-${number}`);
    const expiresIn = 'expiresIn' in this.manners ? this.manners.expiresIn : 3600;
    return { access_token: `at-${number}`, refresh_token: `rt-${number}`, expires_in: expiresIn };
  }
}

/** Rotates, or refuses with invalid_grant. */
export const usual: Act = ({ res, rotate, refuse }) => {
  const pair = rotate();
  if (pair) json(res, 200, pair);
  else refuse();
};

/** Acts, and the answer never arrives. */
export const losesAnswer: Act = ({ res, rotate }) => {
  rotate();
  res.socket?.destroy();
};

export function json(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function text(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
