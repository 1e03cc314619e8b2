import type { GithubAccount, GithubRepo } from './accounts.js';
import { closure } from './scopes.js';
import type { TokenPair } from './tokens.js';
import { simpleUser } from './user-json.js';

/** The repositories that a token sees: without `repo` only public ones; a GitHub App's token sees what it was scoped to. */
export function visibleRepos(pair: TokenPair): readonly GithubRepo[] {
  const { repos } = pair.account;
  if (pair.app.kind === 'github-app') {
    return repos.filter((repo) => pair.repositoryIds === undefined || pair.repositoryIds.includes(repo.id));
  }
  return pair.scopes.includes('repo') ? repos : repos.filter((repo) => !repo.private);
}

/** A repository as `GET /user/repos` lists it, with the fields that clients commonly read. */
export function repoJson(repo: GithubRepo, pair: TokenPair, [api, web]: [string, string]): Record<string, unknown> {
  const account: GithubAccount = pair.account;
  const fullName = `${account.login}/${repo.name}`;
  const may = closure(pair.scopes);
  const push = repo.private ? may.has('repo') : may.has('public_repo');
  return {
    id: repo.id,
    node_id: Buffer.from(`010:Repository${repo.id}`).toString('base64'),
    name: repo.name,
    full_name: fullName,
    private: repo.private,
    owner: simpleUser(account, api, web),
    html_url: `${web}/${fullName}`,
    description: repo.description,
    fork: false,
    url: `${api}/repos/${fullName}`,
    clone_url: `${web}/${fullName}.git`,
    homepage: null,
    language: repo.language,
    forks_count: 0,
    stargazers_count: repo.id % 40,
    watchers_count: repo.id % 40,
    size: 512,
    default_branch: 'main',
    open_issues_count: repo.id % 7,
    is_template: false,
    topics: [],
    archived: false,
    disabled: false,
    visibility: repo.private ? 'private' : 'public',
    pushed_at: '2026-10-30T09:12:44Z',
    created_at: '2023-01-15T10:00:00Z',
    updated_at: '2026-10-30T09:12:44Z',
    permissions: { admin: push, maintain: push, push, triage: push, pull: true },
  };
}
