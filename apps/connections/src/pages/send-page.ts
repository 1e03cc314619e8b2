import type { Response } from 'express';
import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

export interface PageOptions {
  readonly status?: number;
  /** Origins to which a form of the page may lead, ours aside. */
  readonly formTargets?: readonly string[];
}

/** Sends a page: no script at all, styles from our own address, no frame around it, and forms only to named origins. */
export function sendPage(response: Response, page: ReactElement, options: PageOptions = {}): void {
  const targets = [...new Set(["'self'", ...(options.formTargets ?? [])])].join(' ');
  response.setHeader(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'self'; form-action ${targets}; base-uri 'none'; frame-ancestors 'none'`,
  );
  response
    .status(options.status ?? 200)
    .type('html')
    .send(`<!doctype html>${renderToStaticMarkup(page)}`);
}
