import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TokenExchanger, type TokenExchangerOptions } from '../../src/index.js';

/** One request as it reached the platform. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export type Reply =
  | {
      readonly status: number;
      readonly json?: unknown;
      readonly text?: string;
      readonly headers?: Record<string, string>;
    }
  | 'hang'
  | 'cut'
  | 'half';

export const KEY = 'te_sk_a-key-that-must-never-be-seen';

/** A server on a real socket that answers with what a test has laid out, in order; the last one again and again. */
export class Platform {
  readonly seen: Seen[] = [];
  readonly sleeps: number[] = [];
  baseUrl = '';
  #replies: Reply[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  static async start(): Promise<Platform> {
    const platform = new Platform();
    await new Promise<void>((resolve) => platform.#server.listen(0, '127.0.0.1', resolve));
    platform.baseUrl = `http://127.0.0.1:${(platform.#server.address() as AddressInfo).port}`;
    return platform;
  }

  answer(...replies: Reply[]): void {
    this.#replies = replies;
  }

  /** A client whose waits take no time and are written down, and whose jitter is always the half. */
  client(options: Partial<TokenExchangerOptions> = {}): TokenExchanger {
    const runtime = {
      sleep: (ms: number, signal: AbortSignal) => {
        this.sleeps.push(ms);
        return signal.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve();
      },
      random: () => 0.5,
      ...options.runtime,
    };
    return new TokenExchanger({ baseUrl: this.baseUrl, credential: KEY, ...options, runtime });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    this.seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
    const reply = this.#replies.length > 1 ? this.#replies.shift() : this.#replies[0];
    if (reply === undefined || reply === 'hang') return;
    if (reply === 'cut') return void request.socket.destroy();
    if (reply === 'half') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"access_token"', () => request.socket.destroy());
      return;
    }
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(reply.text ?? JSON.stringify(reply.json ?? {}));
  }
}

export const handOut = (more: object = {}): Reply => ({
  status: 200,
  headers: { 'cache-control': 'no-store' },
  json: {
    access_token: 'gho_the-secret-token',
    token_type: 'Bearer',
    provider: 'github',
    scope: 'repo read:user',
    connection_id: 'cns_1',
    exchange_id: 'exc_1',
    ...more,
  },
});

export const refusal = (
  status: number,
  error: string,
  more: object = {},
  headers: Record<string, string> = {},
): Reply => ({
  status,
  headers,
  json: {
    error,
    error_description: `about ${error}`,
    error_uri: `https://docs.test/${error}`,
    request_id: 'req_1',
    ...more,
  },
});

/** What a promise rejects with; fails when it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`expected a rejection, got ${JSON.stringify(value)}`);
}
