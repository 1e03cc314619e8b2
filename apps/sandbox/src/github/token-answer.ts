import type { Request, Response } from 'express';
import { errorUri } from './error-docs.js';
import type { Minted } from './tokens.js';
import { accessSeconds, refreshSeconds } from './tokens.js';

type Answer = Readonly<Record<string, string | number>>;

/** A refusal of the token endpoint: its code on the wire, and the reason that only the witness learns. */
export interface TokenRefusal {
  readonly error: string;
  readonly description: string;
}

export const wrongCredentials: TokenRefusal = {
  error: 'incorrect_client_credentials',
  description: 'The client_id or client_secret is wrong.',
};

/** The success answer; scopes are separated by commas here, by spaces when asked for. */
export function successAnswer({ pair, accessToken, refreshToken }: Minted): Answer {
  return {
    access_token: accessToken,
    ...(refreshToken !== undefined && {
      expires_in: accessSeconds,
      refresh_token: refreshToken,
      refresh_token_expires_in: refreshSeconds,
    }),
    scope: pair.scopes.join(','),
    token_type: 'bearer',
  };
}

export function refusalAnswer({ error, description }: TokenRefusal): Answer {
  return { error, error_description: description, error_uri: errorUri(error) };
}

/** Form unless the client asks for JSON or XML; HTTP 200 for errors too (docs.github.com, "Authorizing OAuth apps"). */
export function sendAnswer(req: Request, res: Response, answer: Answer): void {
  res.status(200).set('Cache-Control', 'no-store');
  switch (wantedForm(req)) {
    case 'json':
      res.json(answer);
      return;
    case 'xml':
      res.type('application/xml').send(xml(answer));
      return;
    case 'form':
      res
        .type('application/x-www-form-urlencoded')
        .send(new URLSearchParams(Object.entries(answer).map(([name, value]) => [name, String(value)])).toString());
  }
}

function wantedForm(req: Request): 'json' | 'xml' | 'form' {
  const best = req.accepts([
    'application/x-www-form-urlencoded',
    'application/json',
    'application/vnd.github+json',
    'application/xml',
  ]);
  if (best === false || best.endsWith('urlencoded')) return 'form';
  return best.endsWith('xml') ? 'xml' : 'json';
}

function xml(answer: Answer): string {
  const escape = (value: string): string => value.replace(/[<>&]/g, (char) => `&#${char.charCodeAt(0)};`);
  const fields = Object.entries(answer).map(([name, value]) => `<${name}>${escape(String(value))}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?><OAuth>${fields.join('')}</OAuth>`;
}
