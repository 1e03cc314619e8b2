import { validateHeaderName, validateHeaderValue } from 'node:http';
import { systemClock, type Clock } from '#libs/kernel';
import { connect } from './connect.js';
import { EgressError } from './egress-error.js';
import { OpenRequest, type EgressResponse, type SendOptions } from './open-request.js';
import { resolveBySystem, type ResolveHost } from './resolve.js';
import { readOrigins, readTarget } from './target.js';

/** The one line per call that an operator sees; fits pino. Never a path, query, header or body. */
export interface EgressLogger {
  debug(fields: Record<string, unknown>, message: string): void;
}

export interface EgressOptions {
  /** Origins that may be private or plain HTTP, each exactly as `URL.origin` writes it. */
  readonly allowedPrivateOrigins: readonly string[];
  /** For connecting, and again for sending and reading the whole answer. Milliseconds. */
  readonly timeoutMs: number;
  /** The largest body accepted, unpacked. Bytes. */
  readonly maxBytes: number;
  readonly userAgent: string;
  readonly logger?: EgressLogger;
  readonly clock?: Clock;
  readonly resolveHost?: ResolveHost;
  /** Certificates (PEM) trusted in place of the built-in authorities: for a provider behind a company's own authority. */
  readonly ca?: readonly string[];
}

export interface OpenOptions {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Ends the connecting; sending has a signal of its own. */
  readonly signal?: AbortSignal | undefined;
}

export interface RequestOptions extends OpenOptions, SendOptions {
  readonly body?: Buffer | string;
}

/** What the library sets itself; a caller who could set these could smuggle a second request or name another host. */
const ownHeaders = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect', 'te']);

/** The only way out of the platform over HTTP (KMS and S3 clients aside). */
export class Egress {
  readonly #origins: ReadonlySet<string>;

  /** @throws Error when an entry of `allowedPrivateOrigins` is not an origin */
  constructor(private readonly options: EgressOptions) {
    this.#origins = readOrigins(options.allowedPrivateOrigins);
  }

  /**
   * Connects, so that everything that can fail without a byte of the request has failed before `send`.
   * @throws EgressError with `bytesMayHaveLeft` false
   */
  async open(url: string | URL, options: OpenOptions): Promise<OpenRequest> {
    const started = performance.now();
    const timeoutMs = options.timeoutMs ?? this.options.timeoutMs;
    const note = (origin: string, outcome: { status: number } | EgressError) => {
      const ended =
        outcome instanceof EgressError ? { stage: outcome.stage, code: outcome.code } : { status: outcome.status };
      const fields = { origin, method: options.method, ...ended, ms: Math.round(performance.now() - started) };
      this.options.logger?.debug(fields, 'outbound call');
    };
    try {
      const target = readTarget(url, this.#origins);
      const headers = this.#headers(options.headers ?? {}, target.url.origin);
      const resolveHost = this.options.resolveHost ?? resolveBySystem;
      const socket = await connect(target, { resolveHost, timeoutMs, signal: options.signal, ca: this.options.ca });
      return new OpenRequest(socket, target, {
        method: options.method,
        headers,
        timeoutMs,
        maxBytes: this.options.maxBytes,
        clock: this.options.clock ?? systemClock,
        note: (outcome) => note(target.url.origin, outcome),
      });
    } catch (error) {
      if (error instanceof EgressError) note(error.origin, error);
      throw error;
    }
  }

  /** `open` and `send` in one. @throws EgressError */
  async request(url: string | URL, options: RequestOptions): Promise<EgressResponse> {
    const open = await this.open(url, options);
    return open.send(options.body, options);
  }

  #headers(given: Readonly<Record<string, string>>, origin: string): Record<string, string> {
    const kept = Object.entries(given)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !ownHeaders.has(name));
    try {
      for (const [name, value] of kept) {
        validateHeaderName(name);
        validateHeaderValue(name, value);
      }
    } catch {
      // Node's own error would quote the value, which may be a credential with a line break in it.
      throw new EgressError('blocked', false, origin, 'header');
    }
    return { 'user-agent': this.options.userAgent, 'accept-encoding': 'identity', ...Object.fromEntries(kept) };
  }
}
