import { createElement } from 'react';
import type { ClientMetadata, Configuration, JWKS, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { markup, Notice } from '../pages/page.js';
import { loadProvider } from './load-provider.js';
import { memoryAdapters } from './memory-adapter.js';
import { SignOutPage } from './pages.js';
import type { World } from '../world/world.js';
import { findPerson } from './people.js';

export interface SignInClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
}

const day = 86_400;

/** The certified OpenID provider with people to choose from and nothing to consent to. */
export async function createProvider(world: World, client: SignInClient, jwks: JWKS): Promise<Provider> {
  const issuer = `${world.url}/signin`;
  const OidcProvider = await loadProvider();
  return new OidcProvider(issuer, {
    adapter: memoryAdapters(),
    clients: [clientMetadata(client)],
    jwks,
    cookies: { keys: [world.random.bytes(32).toString('base64url')] },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    // Clients that read only the id token find name and e-mail there too, as at most real services.
    conformIdTokenClaims: false,
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 60,
      IdToken: 3600,
      RefreshToken: day,
      Interaction: 600,
      Session: day,
      Grant: day,
    },
    findAccount: (_ctx, sub) => {
      const person = findPerson(sub);
      return person && { accountId: sub, claims: () => ({ ...person, email_verified: true }) };
    },
    loadExistingGrant: grantWhatIsAsked,
    interactions: { url: (_ctx, interaction) => `${issuer}/interaction/${interaction.uid}` },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true, ...signOutPages } },
    renderError: (ctx, out) =>
      page(ctx, 'Sign-in failed', `${out.error}: ${out.error_description ?? 'no further word'}`),
  });
}

function clientMetadata(client: SignInClient): ClientMetadata {
  return {
    client_id: client.clientId,
    client_secret: client.clientSecret,
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  };
}

const grantWhatIsAsked: NonNullable<Configuration['loadExistingGrant']> = async (ctx) => {
  const { client, session, params, provider } = ctx.oidc;
  if (!client || !session?.accountId) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(typeof params?.scope === 'string' ? params.scope : 'openid');
  await grant.save();
  return grant;
};

const signOutPages = {
  logoutSource: (ctx: KoaContextWithOIDC, form: string): void => {
    ctx.type = 'html';
    ctx.body = markup(createElement(SignOutPage, { form }));
  },
  postLogoutSuccessSource: (ctx: KoaContextWithOIDC): void => page(ctx, 'Signed out', 'You are nobody now.'),
};

function page(ctx: KoaContextWithOIDC, title: string, text: string): void {
  ctx.type = 'html';
  ctx.body = markup(createElement(Notice, { service: 'signin', brand: 'Sandbox sign-in', title, text }));
}
