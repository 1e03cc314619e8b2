// The one file that reaches into passport-oauth2: it builds redirects and reads callbacks, and never sees a token endpoint.
import type { Request, Response } from 'express';
import passport from 'passport';
import OAuth2Strategy from 'passport-oauth2';
import type { RedirectPlan } from '#libs/connecting';
import { Secret } from '#libs/kernel';

/** Called when passport has made a PKCE verifier: says yes on the person's behalf and gives the state for the redirect. */
export type MakeState = (codeVerifier: Secret) => Promise<Secret>;

/** Called with the state of a callback, before anything else in it is looked at. Rejects when it is not one of ours. */
export type OpenState<Context> = (state: Secret) => Promise<Context>;

/** What came back with a state that is ours. */
export type Answer<Context> = { readonly context: Context; readonly state: Secret } & (
  | { readonly kind: 'code'; readonly code: Secret }
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'malformed' }
);

const none: RedirectPlan = {
  endpoint: {
    url: 'https://invalid.invalid/',
    params: {},
    pkce: 'S256',
    scopeParameter: undefined,
    scopeSeparator: ' ',
  },
  clientId: 'none',
  redirectUri: 'https://invalid.invalid/',
  scopes: [],
};

/**
 * Differs from its base class in three ways: going out and coming back are two calls, so that a `code` or `error` on the
 * way out means nothing; the state is opened before an `error` is believed; and the code comes out unspent.
 */
class HeldCodeStrategy<Context> extends OAuth2Strategy {
  constructor(
    private readonly plan: RedirectPlan,
    makeState: MakeState,
    private readonly openState: OpenState<Context>,
  ) {
    const options = {
      authorizationURL: plan.endpoint.url,
      tokenURL: 'urn:never',
      clientID: plan.clientId,
      clientSecret: '',
      callbackURL: plan.redirectUri,
      state: true,
      pkce: plan.endpoint.pkce !== 'off',
      // passport-oauth2 picks the form of the call by counting parameters: exactly five, exactly four.
      store: {
        store: (...[, verifier, , , done]: StoreCall) => void giveState(makeState, verifier, done),
        verify: (_request: unknown, _state: unknown, _meta: unknown, done: Done) => done(new Error('never asked')),
      },
    };
    Object.defineProperty(options.store.store, 'length', { value: 5 });
    // The types know neither the five-parameter form nor a store beside `state`.
    super(options as never, () => undefined);
  }

  override authenticate(request: Request, options: { step: 'out' | 'back'; state?: object }): void {
    if (options.step === 'back') return this.comeBack(request);
    super.authenticate(Object.create(request, { query: { value: {} }, body: { value: {} } }) as Request, options);
  }

  override authorizationParams(): object {
    const { endpoint, scopes } = this.plan;
    const scope =
      endpoint.scopeParameter === undefined || scopes.length === 0
        ? {}
        : { [endpoint.scopeParameter]: scopes.join(endpoint.scopeSeparator) };
    return { ...endpoint.params, ...scope };
  }

  private comeBack(request: Request): void {
    const state = oneText(request.query['state'], 200);
    if (state === undefined) return this.fail({ kind: 'no_state' });
    this.openState(new Secret(state)).then(
      (context) => this.success({ ...readAnswer(request), context, state: new Secret(state) }),
      (error: unknown) => this.error(error),
    );
  }
}

/** Sends the browser to the provider; resolves when the redirect is written. Rejects with what `makeState` rejected. */
export function sendToProvider(
  exchange: { readonly request: Request; readonly response: Response },
  plan: RedirectPlan,
  makeState: MakeState,
): Promise<void> {
  const strategy = new HeldCodeStrategy(plan, makeState, () => Promise.reject(new Error('not coming back')));
  return new Promise((resolve, reject) => {
    exchange.response.once('finish', resolve).once('close', resolve);
    // An object in `state` is handed to the store; a text there would go out as it is, past the store.
    authenticate(strategy, { step: 'out', state: {} }, exchange, (error) => reject(error ?? new Error('no redirect')));
  });
}

/** Reads a callback; undefined when it has no single state. Rejects with what `openState` rejected. */
export function readCallback<Context>(
  exchange: { readonly request: Request; readonly response: Response },
  openState: OpenState<Context>,
): Promise<Answer<Context> | undefined> {
  const strategy = new HeldCodeStrategy(none, () => Promise.reject(new Error('not going out')), openState);
  return new Promise((resolve, reject) => {
    authenticate(strategy, { step: 'back' }, exchange, (error, answer) =>
      error ? reject(error as Error) : resolve(answer === false ? undefined : (answer as Answer<Context>)),
    );
  });
}

/** passport wants a callback where everything else here is a promise. */
async function giveState(makeState: MakeState, verifier: string | undefined, done: Done): Promise<void> {
  let state: Secret;
  try {
    state = await makeState(new Secret(verifier ?? ''));
  } catch (error) {
    return done(error);
  }
  done(null, state.reveal());
}

type Done = (error: unknown, state?: string) => void;
type StoreCall = [request: unknown, verifier: string | undefined, context: unknown, meta: unknown, done: Done];

/** A strategy object serves one request only: passport writes the request's callbacks onto it. */
function authenticate(
  strategy: HeldCodeStrategy<unknown>,
  options: object,
  { request, response }: { readonly request: Request; readonly response: Response },
  done: (error: unknown, answer?: unknown) => void,
): void {
  const handler = passport.authenticate(strategy as never, options as never, done as never) as (
    ...call: [Request, Response, (error?: unknown) => void]
  ) => void;
  handler(request, response, done);
}

function readAnswer(
  request: Request,
): { kind: 'code'; code: Secret } | { kind: 'error'; error: string } | { kind: 'malformed' } {
  const { code, error } = request.query;
  if (error !== undefined && code !== undefined) return { kind: 'malformed' };
  if (error !== undefined) return { kind: 'error', error: oneText(error, 64) ?? 'unreadable' };
  const text = oneText(code, 2_048);
  return text === undefined ? { kind: 'malformed' } : { kind: 'code', code: new Secret(text) };
}

/** A parameter given once, of printable characters and a bounded length. */
function oneText(value: unknown, most: number): string | undefined {
  return typeof value === 'string' && value.length <= most && /^[\x21-\x7e]+$/.test(value) ? value : undefined;
}
