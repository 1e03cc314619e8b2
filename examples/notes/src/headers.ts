import type { RequestHandler } from 'express';

/**
 * Nothing runs and nothing is framed. `form-action 'self'` is why `/connect` answers with a page that leads on and not
 * with a redirect: browsers hold it against every redirect that follows a form, wherever the connect link leads.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    // The completion code is in the query of /connected and must not travel on as a referrer.
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  next();
};
