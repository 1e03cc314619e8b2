import { completedConnect, type CompletedConnect, type ConnectSession, connectSession } from './answers.js';
import {
  bindingOf,
  clearedCookie,
  connectCookie,
  type ConnectCookie,
  makeNonce,
  needsSecureCookie,
  nonceIn,
} from './connect-cookie.js';
import { type ConnectReturn, isSessionId, parseReturn } from './connect-return.js';
import { BindingMissingError, InvalidRequestError } from './errors.js';
import type { CallOptions } from './options.js';
import { compact, optionalNumber, text, unexpected } from './read.js';
import type {
  CompleteConnectRequest,
  CompleteTypedConnectRequest,
  StartConnectRequest,
  StartTypedConnectRequest,
} from './requests.js';
import type { Runtime } from './runtime.js';
import type { Sender } from './sender.js';

/** The link of a connect session that waits for the person. */
export interface ConnectLink {
  /** Send the person here. It opens once. */
  readonly connectUrl: string;
  readonly sessionId: string;
  /** Seconds that `connectUrl` can be used. */
  readonly expiresIn: number | undefined;
}

/** A connect session that is tied to a browser: set `cookie` in the answer that sends the browser to `connectUrl`. */
export interface StartedConnect extends ConnectLink {
  /** Without it the session cannot be completed. */
  readonly cookie: ConnectCookie;
}

/** How a person connects an account: `start`, the person's way through the platform's pages, `complete`. */
export class Connect {
  readonly #sender: Sender;
  readonly #runtime: Runtime;

  /** @internal */
  constructor(sender: Sender, runtime: Runtime) {
    this.#sender = sender;
    this.#runtime = runtime;
  }

  /**
   * Begins a session and ties it to the browser of the request that you are answering. Never repeated once bytes may
   * have left, because every repeat would make a session more.
   * @throws TokenExchangerError
   */
  async start(request: StartConnectRequest): Promise<StartedConnect> {
    const secure = request.secureCookie ?? needsSecureCookie(request.returnUrl);
    const nonce = makeNonce(this.#runtime, secure);
    const link = await this.#open(request, await bindingOf(nonce));
    const use = { secure, now: this.#runtime.wallNow() };
    return { ...link, cookie: connectCookie(link.sessionId, nonce, use) };
  }

  /**
   * Begins a session for a person without a browser of yours, for instance at a command line. The platform's page shows
   * them a short code, which they type where your program asks for it; finish with `completeTyped`.
   * @throws TokenExchangerError
   */
  async startTyped(request: StartTypedConnectRequest): Promise<ConnectLink> {
    return await this.#open(request, undefined);
  }

  /**
   * Confirms with the code that the person typed. After five wrong ones the session is destroyed.
   * @throws InvalidRequestError when the code is wrong
   * @throws TokenExchangerError
   */
  async completeTyped(request: CompleteTypedConnectRequest): Promise<CompletedConnect> {
    return await this.#complete(request, { user_id: request.userId, completion_code: request.typedCode });
  }

  /** Reads the URL with which the person came back; see {@link ConnectReturn}. A path with a query is enough. */
  parseReturn(url: string | URL): ConnectReturn | undefined {
    return parseReturn(url);
  }

  /**
   * Confirms that the person who came back is the one for whom you began. Only now is the connection made.
   * @throws BindingMissingError when this browser is not the one that began; nothing was sent
   * @throws TokenExchangerError
   */
  async complete(request: CompleteConnectRequest): Promise<CompletedConnect> {
    const nonce = request.nonce ?? nonceIn(request.cookies, request.sessionId);
    if (!nonce) {
      throw new BindingMissingError(
        'binding_missing',
        'this browser did not begin the connect session that it returns from',
      );
    }
    const { userId: user_id, completionCode: completion_code } = request;
    return await this.#complete(request, { user_id, completion_code, binding_nonce: nonce });
  }

  /** How far a session is. */
  async get(sessionId: string, options?: CallOptions): Promise<ConnectSession> {
    const path = sessionPath(sessionId);
    return connectSession(await this.#sender.send({ method: 'GET', path, repeatable: 'idempotent', options }));
  }

  /** Cookies that remove the one of `start`; set both once the session is over, since only one of them can exist. */
  clearCookies(sessionId: string): readonly ConnectCookie[] {
    sessionPath(sessionId);
    return [clearedCookie(sessionId, true), clearedCookie(sessionId, false)];
  }

  async #open(request: StartTypedConnectRequest, binding: string | undefined): Promise<ConnectLink> {
    const { userId: user_id, provider, scopes, returnUrl: return_url } = request;
    const body = compact({ user_id, provider, scopes, return_url, binding });
    const call = { method: 'POST', path: '/connect/sessions', body, repeatable: 'once', options: request } as const;
    const answer = await this.#sender.send(call);
    const sessionId = text(answer, 'id');
    if (!isSessionId(sessionId)) throw unexpected('has no session id in id');
    return { connectUrl: text(answer, 'connect_url'), sessionId, expiresIn: optionalNumber(answer, 'expires_in') };
  }

  async #complete(
    request: CallOptions & { readonly sessionId: string },
    body: Readonly<Record<string, string>>,
  ): Promise<CompletedConnect> {
    const path = `${sessionPath(request.sessionId)}/complete`;
    const call = { method: 'POST', path, body, repeatable: 'idempotent', options: request } as const;
    return completedConnect(await this.#sender.send(call));
  }
}

/** The id may come from a URL that anyone can write, so it is checked before it becomes part of a path or a header. */
function sessionPath(sessionId: string): string {
  if (isSessionId(sessionId)) return `/connect/sessions/${sessionId}`;
  throw new InvalidRequestError('invalid_request', 'sessionId must be cst_ followed by letters and digits');
}
