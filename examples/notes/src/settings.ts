/** Everything that Notes can be told from outside; the only file that reads the environment. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Where browsers reach Notes, without a slash at the end. */
  readonly publicUrl: string;
  readonly tokenExchangerUrl: string;
  readonly tokenExchangerKey: string;
  readonly githubApiUrl: string;
  readonly notionApiUrl: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error that names the variable and the rule, never the value */
export function readSettings(env: Environment = process.env): Settings {
  const port = Number(env['NOTES_PORT'] ?? '4020');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('NOTES_PORT must be a port number');
  const tokenExchangerKey = env['TOKEN_EXCHANGER_KEY'];
  if (!tokenExchangerKey) throw new Error('TOKEN_EXCHANGER_KEY must be the key of a server (te_sk_…)');
  return {
    host: env['NOTES_HOST'] ?? '127.0.0.1',
    port,
    publicUrl: url(env, 'NOTES_PUBLIC_URL', `http://localhost:${port}`),
    tokenExchangerUrl: url(env, 'TOKEN_EXCHANGER_URL', 'http://localhost:4001'),
    tokenExchangerKey,
    githubApiUrl: url(env, 'NOTES_GITHUB_API_URL', 'http://localhost:4010/github-api'),
    notionApiUrl: url(env, 'NOTES_NOTION_API_URL', 'http://localhost:4010/notion'),
  };
}

function url(env: Environment, name: string, fallback: string): string {
  const value = env[name] ?? fallback;
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) throw new Error(`${name} must be an http or https URL`);
  return value.replace(/\/+$/, '');
}
