import type { Response } from 'express';
import type { ReactElement, ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

interface PageProps {
  readonly service: 'github' | 'notion' | 'signin';
  readonly brand: string;
  readonly title: string;
  readonly children: ReactNode;
}

/** The frame of every page. It always says that this is the sandbox, so that nobody takes it for the real service. */
export function Page({ service, brand, title, children }: PageProps): ReactElement {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · ${brand}`}</title>
        <link rel="stylesheet" href="/sandbox.css" />
      </head>
      <body className={service}>
        <div className="banner" role="note">
          {brand}: a stand-in on this machine. No real account is touched.
        </div>
        <main>
          <div className="card">
            <p className="brand">{brand}</p>
            <h1>{title}</h1>
            {children}
          </div>
        </main>
      </body>
    </html>
  );
}

/** A page that only says what is wrong. */
export function Notice({ text, ...frame }: Omit<PageProps, 'children'> & { readonly text: string }): ReactElement {
  return (
    <Page {...frame}>
      <p>{text}</p>
    </Page>
  );
}

export function markup(page: ReactElement): string {
  return `<!doctype html>${renderToStaticMarkup(page)}`;
}

export function sendPage(res: Response, status: number, page: ReactElement): void {
  res
    .status(status)
    .set({
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      // No form-action: browsers apply it to the redirect that follows a post, and that one leads to the client.
      'Content-Security-Policy': "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    })
    .type('html')
    .send(markup(page));
}
