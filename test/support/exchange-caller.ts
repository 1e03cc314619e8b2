/** An answer of the exchange app, read once. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it came. */
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly body: any;
}

export interface Sent {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
}

/** Calls an exchange app over HTTP and keeps every answer, so that all of them can be searched for secrets. */
export class ExchangeCaller {
  readonly answers: string[] = [];

  constructor(private readonly base: () => string) {}

  async call(method: string, path: string, { key, headers = {}, body }: Sent = {}): Promise<Answer> {
    const response = await fetch(`${this.base()}${path}`, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    this.answers.push(`${[...response.headers].join('\n')}\n${text}`);
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  }

  post(path: string, key: string, body: unknown): Promise<Answer> {
    return this.call('POST', path, { key, body });
  }

  get(path: string, key?: string): Promise<Answer> {
    return this.call('GET', path, key === undefined ? {} : { key });
  }

  /** One exchange of a subject at GitHub, with more fields or others. */
  exchange(key: string, subject: string, more: Record<string, unknown> = {}): Promise<Answer> {
    return this.post('/token/exchange', key, { user_id: subject, provider: 'github', ...more });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
