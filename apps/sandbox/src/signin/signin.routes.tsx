import { Router, urlencoded } from 'express';
import type { Provider } from 'oidc-provider';
import { faultGuard } from '../control/fault-guard.js';
import { Notice, sendPage } from '../pages/page.js';
import { fieldsOf, text } from '../world/fields.js';
import type { World } from '../world/world.js';
import { WhoPage } from './pages.js';
import { findPerson } from './people.js';

/** What is under `/signin`: our page "Who are you today?", and behind it the OpenID provider with everything else. */
export function signInRoutes(world: World, provider: Provider): Router {
  const router = Router();
  const path = '/interaction/:uid';
  router.use(faultGuard(world.faults, 'signin.any'));

  router.get(path, async (req, res) => {
    await provider.interactionDetails(req, res);
    sendPage(res, 200, <WhoPage action={`/signin/interaction/${req.params.uid}`} />);
  });

  router.post(path, urlencoded({ extended: false }), async (req, res) => {
    const person = findPerson(text(fieldsOf(req), 'sub'));
    if (!person) return sendPage(res, 400, notice('Nobody chosen', 'Go back and choose a person.'));
    await provider.interactionFinished(
      req,
      res,
      { login: { accountId: person.sub } },
      { mergeWithLastSubmission: false },
    );
  });

  router.use(path, (_error: unknown, _req: unknown, res: Parameters<typeof sendPage>[0], _next: unknown) => {
    sendPage(
      res,
      400,
      notice('This sign-in is over', 'It was finished, or it is too old. Start again from the application.'),
    );
  });
  router.use(provider.callback());
  return router;
}

function notice(title: string, text: string): ReturnType<typeof Notice> {
  return <Notice service="signin" brand="Sandbox sign-in" title={title} text={text} />;
}
