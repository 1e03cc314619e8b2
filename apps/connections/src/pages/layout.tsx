import type { ReactNode } from 'react';
import type { UserRow } from '#libs/persistence';
import { stylePath } from './style.js';

/** What to call a person: the name that the issuer gave, else the address, else nothing personal. */
export function nameOf(user: UserRow): string {
  return user.displayName ?? user.email ?? 'your account';
}

export function Layout({ title, user, children }: { title: string; user?: UserRow | undefined; children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · Token Exchanger`}</title>
        <link rel="stylesheet" href={stylePath} />
      </head>
      <body>
        <header>
          <a className="brand" href="/">
            Token Exchanger
          </a>
          {user && (
            <span className="who">
              Signed in as <b>{nameOf(user)}</b>
            </span>
          )}
        </header>
        <main>{children}</main>
        <footer>No script runs on this page. Your passwords at other services never reach us.</footer>
      </body>
    </html>
  );
}
