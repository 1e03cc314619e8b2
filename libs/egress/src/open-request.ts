import { request, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '#libs/kernel';
import { Deadline } from './deadline.js';
import { EgressError, systemCode, type EgressStage } from './egress-error.js';
import { BodyTooLarge, readBody } from './read-body.js';
import type { Target } from './target.js';

export interface EgressResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** When the first byte was about to leave. Count lifetimes from here: a slow answer must not lengthen them. */
  readonly sentAt: Date;
}

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called at the last moment at which nothing has left. What it throws goes to the caller, and nothing is sent. */
  readonly beforeSend?: (() => void) | undefined;
}

export interface RequestPlan {
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly clock: Clock;
  /** Told once how the call ended. */
  readonly note: (outcome: { readonly status: number } | EgressError) => void;
}

/**
 * A connection that stands, with a request that has not left yet. Use it once: `send`, or `close` to give up.
 * One that is forgotten closes itself after the call's time-out.
 */
export class OpenRequest {
  #used = false;
  readonly #waiting: Deadline;

  constructor(
    private readonly socket: Socket,
    private readonly target: Target,
    private readonly plan: RequestPlan,
  ) {
    this.#waiting = new Deadline(plan.timeoutMs, undefined, () => this.close());
  }

  /**
   * Sends the request and reads the whole answer, whatever its status; redirects are not followed.
   * @throws EgressError; `bytesMayHaveLeft` is false when the connection had ended, or the signal fired, before
   */
  async send(body?: Buffer | string, options: SendOptions = {}): Promise<EgressResponse> {
    if (this.#used) throw new Error('an open request can be sent once');
    this.#used = true;
    this.#waiting.release();
    const { signal } = options;
    try {
      if (signal?.aborted === true) throw this.#error('timeout', false);
      if (this.socket.destroyed || !this.socket.writable || !this.socket.readable) {
        throw this.#error('connect', false, 'CLOSED');
      }
      options.beforeSend?.();
      const response = await this.#exchange(body === undefined ? undefined : Buffer.from(body), signal);
      this.plan.note(response);
      return response;
    } catch (error) {
      if (error instanceof EgressError) this.plan.note(error);
      throw error;
    } finally {
      this.close();
    }
  }

  /** Ends the connection. */
  close(): void {
    this.#waiting.release();
    this.socket.destroy();
  }

  async #exchange(body: Buffer | undefined, signal: AbortSignal | undefined): Promise<EgressResponse> {
    const sentAt = this.plan.clock.now();
    let stage: EgressStage = 'send';
    const deadline = new Deadline(this.plan.timeoutMs, signal, () => this.socket.destroy());
    try {
      const response = await this.#respond(body, () => {
        stage = 'receive';
      });
      const bytes = await readBody(response, this.plan.maxBytes);
      return { status: response.statusCode ?? 0, headers: response.headers, body: bytes, sentAt };
    } catch (error) {
      if (deadline.passed) throw this.#error('timeout', true);
      if (error instanceof BodyTooLarge) throw this.#error('too_large', true);
      throw this.#error(stage, true, systemCode(error));
    } finally {
      deadline.release();
    }
  }

  #respond(body: Buffer | undefined, onSent: () => void): Promise<IncomingMessage> {
    const { url } = this.target;
    return new Promise((resolve, reject) => {
      const outgoing = request({
        createConnection: () => this.socket,
        method: this.plan.method,
        path: url.pathname + url.search,
        headers: {
          ...this.plan.headers,
          host: url.host,
          connection: 'close',
          ...(body === undefined ? {} : { 'content-length': body.length }),
        },
        maxHeaderSize: 16_384,
        insecureHTTPParser: false,
      });
      outgoing.once('finish', onSent);
      outgoing.once('response', resolve);
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  #error(stage: EgressStage, bytesMayHaveLeft: boolean, code?: string): EgressError {
    return new EgressError(stage, bytesMayHaveLeft, this.target.url.origin, code);
  }
}
