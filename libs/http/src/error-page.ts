import { createHash } from 'node:crypto';
import type { FailureCode } from '#libs/kernel';
import { catalogue } from './catalogue.js';

const style =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}code{font-size:1.1em}';
const styleHash = createHash('sha256').update(style).digest('base64');

/** No script, no frame, no form, and of styles only the one that is in the page. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');
}

function page(title: string, body: string): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title><style>${style}</style></head><body><main>${body}</main></body></html>`,
  ].join('');
}

/** What one error code means and how to get past it. */
export function codePage(code: FailureCode): string {
  const { title, meaning, mender, how, status } = catalogue[code];
  const paragraphs = [meaning, how].map((words) => `<p>${escapeHtml(words)}</p>`).join('');
  const facts = `<p>HTTP status ${status}. This can be mended by ${escapeHtml(mender)}.</p>`;
  return page(title, `<h1>${escapeHtml(title)}</h1><p><code>${code}</code></p>${paragraphs}${facts}`);
}

/** For a person whose browser ran into an error: what it means, and the number to mention. */
export function failurePage(code: FailureCode, description: string, requestId: string): string {
  const { title, how } = catalogue[code];
  const words = [description, how].map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('');
  return page(title, `<h1>${escapeHtml(title)}</h1>${words}<p>Request <code>${escapeHtml(requestId)}</code></p>`);
}
