/** Each scope and those that it includes (docs.github.com, "Scopes for OAuth apps"). */
const includes: Readonly<Record<string, readonly string[]>> = {
  repo: ['repo:status', 'repo_deployment', 'public_repo', 'repo:invite', 'security_events'],
  'admin:repo_hook': ['write:repo_hook'],
  'write:repo_hook': ['read:repo_hook'],
  'admin:org': ['write:org'],
  'write:org': ['read:org'],
  'admin:public_key': ['write:public_key'],
  'write:public_key': ['read:public_key'],
  user: ['read:user', 'user:email', 'user:follow'],
  project: ['read:project'],
  'admin:gpg_key': ['write:gpg_key'],
  'write:gpg_key': ['read:gpg_key'],
  'write:packages': ['read:packages'],
  'admin:enterprise': ['manage_runners:enterprise', 'manage_billing:enterprise', 'read:enterprise'],
};

const alone = [
  'gist',
  'notifications',
  'delete_repo',
  'delete:packages',
  'admin:org_hook',
  'codespace',
  'workflow',
  'read:audit_log',
];

const known = new Set([...alone, ...Object.keys(includes), ...Object.values(includes).flat()]);

/** Asks for expiring tokens; adds no power and is never listed (docs.github.com, "Authorizing OAuth apps"). */
export const offlineAccess = 'offline_access';

/** Splits what a client asked for: by spaces as documented, by commas as accepted. */
export function splitScopes(text: string): string[] {
  return text.split(/[\s,]+/).filter((scope) => scope !== '');
}

/** The scopes and everything that they include. */
export function closure(scopes: Iterable<string>): Set<string> {
  const all = new Set<string>();
  const visit = (scope: string): void => {
    if (all.has(scope)) return;
    all.add(scope);
    (includes[scope] ?? []).forEach(visit);
  };
  for (const scope of scopes) visit(scope);
  return all;
}

/** GitHub's stored form: unknown ones dropped, no doubles, and none that another one includes. */
export function normalise(scopes: Iterable<string>): string[] {
  const wanted = [...new Set(scopes)].filter((scope) => known.has(scope));
  return wanted.filter((scope) => !wanted.some((other) => other !== scope && closure([other]).has(scope)));
}
