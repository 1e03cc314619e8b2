import type { ReactElement } from 'react';
import { Page } from '../pages/page.js';
import { githubAccounts } from './accounts.js';
import type { AuthorizeRequest } from './authorize-request.js';

interface Props {
  readonly requestId: string;
  readonly request: AuthorizeRequest;
  readonly selected: string;
}

const powers: Readonly<Record<string, string>> = {
  repo: 'Read and write all repositories, private ones too',
  public_repo: 'Read and write public repositories',
  'read:user': 'Read the whole profile',
  'user:email': 'Read all e-mail addresses',
  user: 'Read and change the profile',
  gist: 'Create gists',
  'read:org': 'See organizations and teams',
};

/** The one page of the sandbox's GitHub: who you are, and what the app may do. */
export function AuthorizePage({ requestId, request, selected }: Props): ReactElement {
  return (
    <Page service="github" brand="Sandbox GitHub" title={`Authorize ${request.app.name}?`}>
      <form method="post" action="/github/login/oauth/authorize">
        <input type="hidden" name="request" value={requestId} />
        <Accounts selected={selected} />
        <Scopes request={request} />
        <div className="actions">
          <button type="submit" name="decision" value="cancel" formNoValidate>
            Cancel
          </button>
          <button className="main" type="submit" name="decision" value="authorize">
            Authorize {request.app.name}
          </button>
        </div>
        <p className="soft">
          You will be sent to <code>{new URL(request.target).origin}</code>.
        </p>
      </form>
    </Page>
  );
}

function Accounts({ selected }: { readonly selected: string }): ReactElement {
  return (
    <fieldset>
      <legend>Continue as</legend>
      {githubAccounts.map((account) => (
        <label className="choice" key={account.login}>
          <input
            type="radio"
            name="account"
            value={account.login}
            required
            defaultChecked={account.login === selected}
          />
          <span>
            <b>{account.login}</b>
            <small>
              {account.name}, {account.repos.length} repositories
            </small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Scopes({ request }: { readonly request: AuthorizeRequest }): ReactElement {
  if (request.app.kind === 'github-app')
    return <p className="soft">It may do what this GitHub App’s permissions allow.</p>;
  if (request.scopes.length === 0)
    return <p className="soft">It names no scopes: it gets those that you gave it before, if any.</p>;
  return (
    <fieldset>
      <legend>It wants to</legend>
      {request.scopes.map((scope) => (
        <label className="choice" key={scope}>
          <input type="checkbox" name="scope" value={scope} defaultChecked />
          <span>
            <b>{scope}</b>
            <small>{powers[scope] ?? 'As GitHub describes this scope'}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
