import { z } from 'zod';

const uri = z.url({ protocol: /^https?$/ });

export const githubAppSpec = z.strictObject({
  name: z.string().min(1).max(80).default('Token Exchanger'),
  clientId: z.string().min(1).max(80),
  clientSecret: z.string().min(16),
  kind: z.enum(['oauth', 'github-app']).default('oauth'),
  /** Up to ten; the first one is used when a request names none. */
  redirectUris: z.tuple([uri], uri).refine((list) => list.length <= 10, 'at most ten redirect URIs'),
  /** Match sub-domains and sub-directories too, as apps from before August 2026 do. */
  wildcard: z.boolean().default(false),
  /** Tokens expire after eight hours and come with a refresh token. */
  expiring: z.boolean().default(true),
});

/** A client registered at the sandbox's GitHub. */
export type GithubApp = z.infer<typeof githubAppSpec>;

export class GithubApps {
  readonly #apps = new Map<string, GithubApp>();

  constructor(apps: readonly GithubApp[]) {
    for (const app of apps) this.put(app);
  }

  put(app: GithubApp): void {
    this.#apps.set(app.clientId, app);
  }

  find(clientId: string | undefined): GithubApp | undefined {
    return clientId === undefined ? undefined : this.#apps.get(clientId);
  }

  authenticate(clientId: string | undefined, secret: string | undefined): GithubApp | undefined {
    const app = this.find(clientId);
    return app !== undefined && secret !== undefined && app.clientSecret === secret ? app : undefined;
  }
}
