import { z } from 'zod';
import { githubAppSpec, type GithubApp } from './github/apps.js';
import { notionIntegrationSpec, type NotionIntegration } from './notion/integrations.js';
import type { SignInClient } from './signin/provider.js';

export interface SandboxSettings {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** Without a slash at the end; by default http://localhost:<port>. */
  readonly publicUrl?: string;
  readonly github: readonly GithubApp[];
  readonly notion: readonly NotionIntegration[];
  readonly signIn: SignInClient;
}

const secret = z.string('is required').min(16, 'must have at least 16 characters');
const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');
const uris = (most: number) =>
  z
    .string('is required: URLs separated by spaces')
    .transform((value) => value.split(/[\s,]+/).filter(Boolean))
    .refine((list) => list.length >= 1 && list.length <= most, `must name 1 to ${most} URLs`)
    .refine(
      (list) => list.every((one) => /^https?:\/\//.test(one) && URL.canParse(one)),
      'must be absolute http or https URLs',
    );

const variables = z.object({
  SANDBOX_PORT: z.coerce
    .number('must be a number')
    .int('must be whole')
    .min(0, 'must be 0 to 65535')
    .max(65_535, 'must be 0 to 65535')
    .default(4010),
  SANDBOX_HOST: z.string().default('127.0.0.1'),
  SANDBOX_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  SANDBOX_GITHUB_CLIENT_ID: z.string().default('sandbox-github-oauth'),
  SANDBOX_GITHUB_CLIENT_SECRET: secret,
  SANDBOX_GITHUB_REDIRECT_URIS: uris(10),
  SANDBOX_GITHUB_WILDCARD: flag.default(false),
  SANDBOX_GITHUB_EXPIRING: flag.default(true),
  SANDBOX_GITHUB_APP_CLIENT_ID: z.string().default('sandbox-github-app'),
  SANDBOX_GITHUB_APP_CLIENT_SECRET: secret.optional(),
  SANDBOX_GITHUB_APP_REDIRECT_URIS: uris(10).optional(),
  SANDBOX_GITHUB_APP_EXPIRING: flag.default(true),
  SANDBOX_NOTION_CLIENT_ID: z.string().default('sandbox-notion'),
  SANDBOX_NOTION_CLIENT_SECRET: secret,
  SANDBOX_NOTION_REDIRECT_URIS: uris(10),
  SANDBOX_SIGNIN_CLIENT_ID: z.string().default('token-exchanger'),
  SANDBOX_SIGNIN_CLIENT_SECRET: secret,
  SANDBOX_SIGNIN_REDIRECT_URIS: uris(10),
  SANDBOX_SIGNIN_POST_LOGOUT_REDIRECT_URIS: uris(10).optional(),
});

type Variables = z.infer<typeof variables>;

/** Reads the `SANDBOX_*` variables. Throws an error that names each wrong variable and its rule, never a value. */
export function readSettings(environment: Readonly<Record<string, string | undefined>> = process.env): SandboxSettings {
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  const parsed = variables.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`);
    throw new Error(`The sandbox cannot start:\n${lines.join('\n')}`);
  }
  const v = parsed.data;
  return {
    port: v.SANDBOX_PORT,
    host: v.SANDBOX_HOST,
    ...(v.SANDBOX_PUBLIC_URL !== undefined && { publicUrl: v.SANDBOX_PUBLIC_URL.replace(/\/$/, '') }),
    github: githubApps(v),
    notion: [
      notionIntegrationSpec.parse({
        clientId: v.SANDBOX_NOTION_CLIENT_ID,
        clientSecret: v.SANDBOX_NOTION_CLIENT_SECRET,
        redirectUris: v.SANDBOX_NOTION_REDIRECT_URIS,
      }),
    ],
    signIn: {
      clientId: v.SANDBOX_SIGNIN_CLIENT_ID,
      clientSecret: v.SANDBOX_SIGNIN_CLIENT_SECRET,
      redirectUris: v.SANDBOX_SIGNIN_REDIRECT_URIS,
      postLogoutRedirectUris: v.SANDBOX_SIGNIN_POST_LOGOUT_REDIRECT_URIS ?? [],
    },
  };
}

/** The OAuth App, and the GitHub App when it has a secret and redirect URIs. */
function githubApps(v: Variables): GithubApp[] {
  const oauthApp = githubAppSpec.parse({
    clientId: v.SANDBOX_GITHUB_CLIENT_ID,
    clientSecret: v.SANDBOX_GITHUB_CLIENT_SECRET,
    redirectUris: v.SANDBOX_GITHUB_REDIRECT_URIS,
    wildcard: v.SANDBOX_GITHUB_WILDCARD,
    expiring: v.SANDBOX_GITHUB_EXPIRING,
  });
  if (v.SANDBOX_GITHUB_APP_CLIENT_SECRET === undefined || v.SANDBOX_GITHUB_APP_REDIRECT_URIS === undefined)
    return [oauthApp];
  const githubApp = githubAppSpec.parse({
    kind: 'github-app',
    name: 'Token Exchanger (GitHub App)',
    clientId: v.SANDBOX_GITHUB_APP_CLIENT_ID,
    clientSecret: v.SANDBOX_GITHUB_APP_CLIENT_SECRET,
    redirectUris: v.SANDBOX_GITHUB_APP_REDIRECT_URIS,
    expiring: v.SANDBOX_GITHUB_APP_EXPIRING,
  });
  return [oauthApp, githubApp];
}
