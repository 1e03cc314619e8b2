import type { RequestHandler, Response } from 'express';
import { fieldsOf, text } from '../world/fields.js';
import type { Endpoint, Fault, Faults } from './faults.js';

/** Put before the handler of an endpoint: lets a waiting fault strike before or after the handler has acted. */
export function faultGuard(faults: Faults, endpoint: Endpoint): RequestHandler {
  return (req, res, next) => {
    const fields = fieldsOf(req);
    const grantType = text(fields, 'grant_type') ?? (text(fields, 'code') ? 'authorization_code' : undefined);
    const fault = faults.take(endpoint, grantType);
    if (!fault) return next();
    if (!fault.after_acting) return strike(fault, res, next);
    holdAnswer(res, (sendAsUsual) => strike(fault, res, sendAsUsual));
    next();
  };
}

function strike(fault: Fault, res: Response, goOn: () => void): void {
  switch (fault.kind) {
    case 'cut':
      res.socket?.destroy();
      return;
    case 'timeout':
      return;
    case 'delay':
      setTimeout(goOn, fault.delay_ms).unref();
      return;
    case 'rate_limited':
      replaceAnswer(res, 429, { 'Retry-After': String(fault.retry_after), ...fault.headers });
      res.json(fault.body ?? { message: 'Too many requests; slow down.' });
      return;
    case 'html':
      replaceAnswer(res, fault.status, fault.headers);
      res.type('html').send('<!doctype html><title>Bad gateway</title><h1>Something went wrong on our side.</h1>');
      return;
    case 'status':
      replaceAnswer(res, fault.status, fault.headers);
      if (typeof fault.body === 'string') res.send(fault.body);
      else res.json(fault.body ?? {});
  }
}

function replaceAnswer(res: Response, status: number, headers: Readonly<Record<string, string>>): void {
  for (const name of res.getHeaderNames()) if (name !== 'date') res.removeHeader(name);
  res.status(status).set(headers);
}

/** Keeps the handler's answer back: nothing has left when `end` is called, because every handler answers in one piece. */
function holdAnswer(res: Response, finish: (sendAsUsual: () => void) => void): void {
  const end = res.end.bind(res);
  res.end = ((...args: Parameters<typeof end>) => {
    res.end = end;
    finish(() => end(...args));
    return res;
  }) as typeof end;
}
