import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Failure, Secret } from '#libs/kernel';
import { createLogger, type Logger } from './logger.js';
import { requestLog } from './request-log.js';

const canary = 'CANARY0c4n4ryCANARY0c4n4ry';
/** The forms in which a secret could still be found by somebody who searches. */
const forms = [canary, Buffer.from(canary).toString('base64'), encodeURIComponent(canary), canary.slice(0, 10)];

function capture(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const logger = createLogger({ app: 'test', level: 'trace', destination: { write: (line) => void lines.push(line) } });
  return { logger, lines };
}

function errorWith(fields: object, message = 'it broke'): Error {
  return Object.assign(new Error(message), fields);
}

function request(): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.url = `/callback?code=${canary}`;
  message.headers['authorization'] = `Bearer ${canary}`;
  return message;
}

function jsonError(): unknown {
  try {
    return JSON.parse(`${canary}`);
  } catch (error) {
    return error;
  }
}

function headerError(): unknown {
  try {
    return new Headers({ authorization: `Bearer ${canary}\n!` });
  } catch (error) {
    return error;
  }
}

class Unknown {
  readonly inside = canary;
}

const holders: Record<string, unknown> = {
  'a secret': new Secret(canary),
  'a nested secret': { a: [{ b: new Map([['c', new Set([new Secret(canary)])]]) }] },
  'a secret in a class': new (class Holder {
    readonly held = new Secret(canary);
  })(),
  'a class that nobody knows': new Unknown(),
  'a buffer': Buffer.from(canary),
  'a typed array': { data: new Uint8Array(Buffer.from(canary)) },
  'an access token': { access_token: canary, refreshToken: canary, 'x-auth-token': canary },
  'a callback': { code: canary, state: canary, code_verifier: canary },
  headers: { headers: { Authorization: `Bearer ${canary}`, cookie: canary, 'set-cookie': [canary] } },
  'a client secret': { clientSecret: canary, CLIENT_SECRET: canary, password: canary },
  'a subject': { user_id: canary, userId: canary },
  'a URL': {
    url: `https://app.example/callback?code=${canary}#${canary}`,
    at: new URL(`https://u:${canary}@app.example/`),
  },
  'a path': { path: `/callback?state=${canary}` },
  'a database URL': { where: `postgres://te:${canary}@db/te` },
  'a request': { req: request() },
  'a token by its look': { note: `got ghu_${canary} and Bearer ${canary}` },
  'an SQL error': {
    err: errorWith({ query: `select '${canary}'`, parameters: [canary], detail: `Key (x)=(${canary})` }),
  },
  'an error that quotes': { err: errorWith({}, `invalid input syntax: "${canary}"`) },
  'an error that does not quote': { err: errorWith({}, `bad answer ${canary}`) },
  'an error with a body': { err: errorWith({ response: { body: canary }, body: canary, code: canary }) },
  'an error with a cause': { err: new Error('outer', { cause: errorWith({ body: canary }, `inner ${canary}`) }) },
  'an aggregate': { err: new AggregateError([new Error(`one ${canary}`)], `all ${canary}`) },
  'a bare error': errorWith({ parameters: [canary] }, `bare ${canary}`),
  'an error of another name': { err: Object.assign(new Error('x'), { name: `Bearer ${canary}` }) },
  'a failure': { err: new Failure('invalid_request', `unknown field "${canary}"`) },
  'what JSON.parse says': { err: jsonError() },
  'what Headers says': { err: headerError() },
  'a deep object': { a: { b: { c: { d: { e: { f: { g: { h: { token: canary } } } } } } } } },
  'a function': { run: () => canary, [Symbol(canary)]: canary },
};

describe('the log', () => {
  it.each(Object.entries(holders))('never shows what is held by %s (P5, R44)', (_, holder) => {
    const { logger, lines } = capture();
    logger.error(holder as object, 'fields');
    logger.info({ wrapped: holder });
    logger.child({ bound: holder }).warn('bound');
    (logger.warn as (...args: unknown[]) => void)('%s %o %j', holder, holder, holder);
    expect(lines).toHaveLength(4);
    for (const form of forms) expect(lines.join('')).not.toContain(form);
  });

  it('still says what happened', () => {
    const { logger, lines } = capture();
    logger.error({ err: errorWith({ code: '23505', constraint: 'grant_pkey' }), server: 'srv_1' }, 'could not write');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      app: 'test',
      msg: 'could not write',
      server: 'srv_1',
      err: { type: 'Error', message: 'it broke', error_code: '23505', constraint: 'grant_pkey' },
    });
  });

  it('keeps one event on one line, whatever is in it (R61)', () => {
    const { logger, lines } = capture();
    logger.info({ tool: 'a\r\n{"level":"fatal"}\u001b[31m\u009b\u2028' }, 'x\ny');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/[\p{Cc}\u2028]|\\[nr]|\\u00/u);
  });

  it('survives circles, throwing getters and odd keys', () => {
    const { logger, lines } = capture();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    logger.info(circle, 'circle');
    logger.info(JSON.parse('{"__proto__": {"polluted": true}}') as object, 'proto');
    expect(lines).toHaveLength(2);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('describes a request by its pattern', () => {
    const facts = {
      method: 'GET',
      route: '/user/:user_id/connections',
      status: 200,
      durationMs: 1.234,
      requestId: 'r',
    };
    expect(requestLog(facts)).toEqual({
      request_id: 'r',
      method: 'GET',
      route: '/user/:user_id/connections',
      status: 200,
      duration_ms: 1.2,
    });
  });
});
