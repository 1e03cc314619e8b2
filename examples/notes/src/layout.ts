import { html, type Html } from './html.js';
import type { Session } from './sessions.js';

/** A whole page. `refreshTo` leads on by itself to an address. */
export function layout(title: string, body: Html, options: { session?: Session; refreshTo?: string } = {}): string {
  const { session, refreshTo } = options;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${refreshTo !== undefined && html`<meta http-equiv="refresh" content="0; url=${refreshTo}" />`}
        <title>${title} · Notes</title>
        <link rel="stylesheet" href="/notes.css" />
      </head>
      <body>
        <header>
          <a class="brand" href="/">Notes</a>
          ${
            session?.person &&
            html`<form method="post" action="/sign-out">
              ${csrf(session)}<span>${session.person.name}</span> <button class="quiet">Switch person</button>
            </form>`
          }
        </header>
        <main>${body}</main>
        <footer>A demo. Accounts are connected through the Token Exchanger; Notes keeps no token.</footer>
      </body>
    </html>`;
  return page.markup;
}

/** The hidden field of every form. */
export const csrf = (session: Session): Html => html`<input type="hidden" name="csrf" value="${session.csrf}" />`;
