import { z } from 'zod';
import type { World } from '../world/world.js';
import type { GithubAccount } from './accounts.js';
import { GithubApps, type GithubApp } from './apps.js';
import type { AuthorizeRequest } from './authorize-request.js';
import { GithubCodes } from './codes.js';
import { normalise } from './scopes.js';
import { GithubTokens } from './tokens.js';

export const githubSwitches = z.strictObject({
  /** Milliseconds for which the API answers 401 to a token that a refresh just brought. */
  replica_lag_ms: z.int().min(0),
  /** The code for a wrong or missing `code_verifier`; GitHub does not document it. */
  pkce_failure: z.string().min(1),
  /** Whether `DELETE …/token` ends the paired refresh token too. GitHub's documents promise it only for `DELETE …/grant`. */
  delete_token_kills_refresh: z.boolean(),
});

/** Everything that the sandbox's GitHub remembers. */
export class GithubState {
  readonly apps: GithubApps;
  readonly tokens: GithubTokens;
  readonly codes: GithubCodes;
  /** Requests that a page is open for, by id. */
  readonly pending = new Map<string, AuthorizeRequest>();
  /** Who is signed in, by cookie. */
  readonly sessions = new Map<string, GithubAccount>();
  switches: z.infer<typeof githubSwitches> = {
    replica_lag_ms: 0,
    pkce_failure: 'bad_verification_code',
    delete_token_kills_refresh: false,
  };
  readonly #granted = new Map<string, string[]>();

  constructor(
    readonly world: World,
    apps: readonly GithubApp[],
  ) {
    this.apps = new GithubApps(apps);
    this.tokens = new GithubTokens(world);
    this.codes = new GithubCodes(world);
  }

  /** The union of everything that this person has allowed this app; undefined when nothing yet. */
  granted(app: GithubApp, account: GithubAccount): readonly string[] | undefined {
    return this.#granted.get(`${app.clientId} ${account.login}`);
  }

  remember(app: GithubApp, account: GithubAccount, scopes: readonly string[]): void {
    this.#granted.set(
      `${app.clientId} ${account.login}`,
      normalise([...(this.granted(app, account) ?? []), ...scopes]),
    );
  }

  /** Ends the authorization: every token of this person for this app dies, and nothing is remembered. */
  forget(app: GithubApp, account: GithubAccount, why: string): number {
    const pairs = this.tokens.living(app, account);
    for (const pair of pairs) this.tokens.kill(pair, why);
    this.#granted.delete(`${app.clientId} ${account.login}`);
    return pairs.length;
  }
}
