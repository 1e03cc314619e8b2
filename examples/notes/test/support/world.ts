import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../src/app.js';

/** One call that Notes made to somebody. */
export interface Call {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

type Answer = (call: Call) => { readonly status?: number; readonly json: unknown };

/** Notes on a real socket, with a Token Exchanger and providers that answer what a test says. */
export class World {
  readonly calls: Call[] = [];
  readonly answers: Record<string, Answer> = {};
  readonly #servers: Server[] = [];
  url = '';

  static async start(): Promise<World> {
    const world = new World();
    const others = await world.#listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>;
        const path = (request.url ?? '').split('?')[0] ?? '';
        const call = { path, authorization: request.headers.authorization, body };
        world.calls.push(call);
        const answer = world.answers[path];
        const { status = 200, json } = answer ? answer(call) : { status: 404, json: { error: 'not_found' } };
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
      });
    });
    const app = createApp({
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'http://localhost:4020',
      tokenExchangerUrl: others,
      tokenExchangerKey: 'te_sk_test',
      githubApiUrl: `${others}/github-api`,
      notionApiUrl: `${others}/notion`,
    });
    world.url = await world.#listen(app);
    return world;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  async #listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}

/** A browser as far as Notes needs one: cookies and forms. */
export class Browser {
  readonly cookies = new Map<string, string>();
  html = '';

  constructor(readonly url: string) {}

  async get(path: string): Promise<Response> {
    return this.#send(path, { method: 'GET' });
  }

  /** Posts a form with the CSRF token of the page that was seen last. */
  async post(path: string, form: Record<string, string> = {}): Promise<Response> {
    const csrf = /name="csrf" value="([^"]+)"/.exec(this.html)?.[1] ?? '';
    return this.#send(path, { method: 'POST', body: new URLSearchParams({ csrf, ...form }) });
  }

  async signIn(person = 'notes-1'): Promise<void> {
    await this.get('/');
    await this.post('/sign-in', { person });
    await this.get('/');
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.url + path, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    if (response.headers.get('content-type')?.includes('html')) this.html = await response.text();
    return response;
  }
}
