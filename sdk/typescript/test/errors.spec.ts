import * as sdk from '../src/index.js';
import { type Reply, Platform, refusal, rejection } from './support/platform.js';

let platform: Platform;
beforeEach(async () => {
  platform = await Platform.start();
});
afterEach(() => platform.close());

const fail = (reply: Reply) => {
  platform.answer(reply);
  return rejection(platform.client({ maxRetries: 0 }).exchange('mia', 'github'));
};

describe('errors', () => {
  it.each([
    [400, 'invalid_request', sdk.InvalidRequestError],
    [400, 'invalid_target', sdk.InvalidTargetError],
    [400, 'account_selection_required', sdk.AccountSelectionRequiredError],
    [400, 'interaction_required', sdk.InteractionRequiredError],
    [401, 'invalid_client', sdk.InvalidClientError],
    [403, 'access_denied', sdk.AccessDeniedError],
    [404, 'not_found', sdk.NotFoundError],
    [409, 'conflict', sdk.ConflictError],
    [429, 'rate_limited', sdk.RateLimitedError],
    [503, 'temporarily_unavailable', sdk.TemporarilyUnavailableError],
    [500, 'server_error', sdk.TokenExchangerError],
  ])('%i %s is a %p', async (status, code, type) => {
    const error = await fail(refusal(status, code, { exchange_id: 'exc_9' }));
    expect((error as Error).constructor).toBe(type);
    expect(error).toBeInstanceOf(sdk.TokenExchangerError);
    expect(error).toMatchObject({
      name: type.name,
      message: `${code}: about ${code}`,
      code,
      status,
      requestId: 'req_1',
      exchangeId: 'exc_9',
      errorUri: `https://docs.test/${code}`,
    });
  });

  it('interaction_required says where to go, how often to ask and for how long', async () => {
    const more = { interaction_uri: 'https://connect.test/x', interval: 5, expires_in: 590 };
    expect(await fail(refusal(400, 'interaction_required', more))).toMatchObject({
      interactionUri: 'https://connect.test/x',
      interval: 5,
      expiresIn: 590,
    });
  });

  it('access_denied says which layer refused what', async () => {
    const error = await fail(refusal(403, 'access_denied', { denied_by: 'server_cap', missing_scopes: ['repo'] }));
    expect(error).toMatchObject({ deniedBy: 'server_cap', missingScopes: ['repo'] });
  });

  it('account_selection_required brings the choices', async () => {
    const choices = [{ connection_id: 'cns_1', account: 'mia-work' }, 'nonsense', { account: 'no id' }];
    const error = await fail(refusal(400, 'account_selection_required', { choices }));
    expect(error).toMatchObject({ choices: [{ connectionId: 'cns_1', account: 'mia-work' }] });
  });

  it('takes the wait from the header before the body', async () => {
    const error = await fail(refusal(429, 'rate_limited', { retry_after: 9 }, { 'retry-after': '7' }));
    expect(error).toMatchObject({ retryAfter: 7 });
    expect(await fail(refusal(503, 'temporarily_unavailable', { retry_after: 9 }))).toMatchObject({ retryAfter: 9 });
  });

  it.each([
    [401, sdk.InvalidClientError],
    [404, sdk.NotFoundError],
    [502, sdk.TemporarilyUnavailableError],
    [504, sdk.TemporarilyUnavailableError],
    [418, sdk.TokenExchangerError],
  ])('an answer of %i without a code is judged by its status', async (status, type) => {
    const error = await fail({ status, text: '<html>proxy</html>', headers: { 'x-request-id': 'req_7' } });
    expect((error as Error).constructor).toBe(type);
    expect(error).toMatchObject({ status, requestId: 'req_7' });
  });

  it('a code of a later platform is an error with that code', async () => {
    expect(await fail(refusal(400, 'brand_new'))).toMatchObject({ name: 'TokenExchangerError', code: 'brand_new' });
  });

  it('survives details of the wrong type', async () => {
    const error = await fail(refusal(400, 'account_selection_required', { choices: 'x', error_uri: 5 }));
    expect(error).toMatchObject({ choices: [], errorUri: undefined });
  });
});
