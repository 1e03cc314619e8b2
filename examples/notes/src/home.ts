import type { TokenExchanger } from '@token-exchanger/sdk';
import { Router } from 'express';
import { loadCards } from './cards.js';
import { homePage, signInPage } from './pages.js';
import { Notebook, PEOPLE } from './people.js';
import type { Source } from './providers.js';
import { field, sessionOf, type Sessions } from './sessions.js';

/** What the home page needs. */
export interface Home {
  readonly tokens: TokenExchanger;
  readonly sources: readonly Source[];
  readonly sessions: Sessions;
}

/** Pick a person, see your notes and accounts, write a note. */
export function homeRoutes({ tokens, sources, sessions }: Home): Router {
  const notebook = new Notebook();
  const router = Router();
  router.get('/', async (_request, response) => {
    const session = sessionOf(response);
    if (!session.person) return void response.send(signInPage(session));
    const cards = await loadCards(tokens, session.person, sources);
    response.send(homePage(session, notebook.of(session.person), cards));
  });
  router.post('/sign-in', (request, response) => {
    const person = PEOPLE.find((one) => one.id === field(request, 'person'));
    if (person) sessions.switchTo(response, person);
    response.redirect(303, '/');
  });
  router.post('/sign-out', (_request, response) => {
    sessions.switchTo(response, undefined);
    response.redirect(303, '/');
  });
  router.post('/notes', (request, response) => {
    const { person } = sessionOf(response);
    if (person) notebook.add(person, field(request, 'note'));
    response.redirect(303, '/');
  });
  return router;
}
