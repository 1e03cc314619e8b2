import type { GithubAccount } from './accounts.js';

const since = '2019-04-02T08:30:00Z';

/** The short form of a person, as repositories and authorizations carry it ("simple-user"). */
export function simpleUser(account: GithubAccount, api: string, web: string): Record<string, unknown> {
  const url = `${api}/users/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: Buffer.from(`04:User${account.id}`).toString('base64'),
    avatar_url: `${web}/avatars/${account.id}.svg`,
    gravatar_id: '',
    url,
    html_url: `${web}/${account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: 'User',
    user_view_type: 'public',
    site_admin: false,
  };
}

/** `GET /user` without the scope `user` or `read:user`. */
export function publicUser(account: GithubAccount, api: string, web: string): Record<string, unknown> {
  return {
    ...simpleUser(account, api, web),
    name: account.name,
    company: account.company,
    blog: '',
    location: account.location,
    email: account.publicEmail,
    hireable: null,
    bio: account.bio,
    twitter_username: null,
    notification_email: account.publicEmail,
    public_repos: account.repos.filter((repo) => !repo.private).length,
    public_gists: 0,
    followers: 12,
    following: 7,
    created_at: since,
    updated_at: since,
  };
}

/** `GET /user` with the scope. */
export function privateUser(account: GithubAccount, api: string, web: string): Record<string, unknown> {
  const privateRepos = account.repos.filter((repo) => repo.private).length;
  return {
    ...publicUser(account, api, web),
    user_view_type: 'private',
    private_gists: 0,
    total_private_repos: privateRepos,
    owned_private_repos: privateRepos,
    disk_usage: 20_480,
    collaborators: 1,
    two_factor_authentication: true,
    plan: { name: 'free', space: 976_562_499, private_repos: 10_000, collaborators: 0 },
  };
}
