import { Router } from 'express';
import { Notice, Page, sendPage } from '../pages/page.js';
import { githubAccounts } from './accounts.js';

const frame = { service: 'github', brand: 'Sandbox GitHub' } as const;

/** The page to which the `html_url` of a repository leads. A private one looks like none, as to anybody not signed in. */
export function repoRoutes(): Router {
  const router = Router();
  router.get('/:login/:name', (req, res) => {
    const { login, name } = req.params;
    const account = githubAccounts.find((one) => one.login === login);
    const repo = account?.repos.find((one) => one.name === name && !one.private);
    if (!repo)
      return sendPage(res, 404, <Notice {...frame} title="Not found" text="There is no such public repository." />);
    sendPage(
      res,
      200,
      <Page {...frame} title={`${login}/${repo.name}`}>
        <p>{repo.description}</p>
        <p>{repo.language}</p>
      </Page>,
    );
  });
  return router;
}
