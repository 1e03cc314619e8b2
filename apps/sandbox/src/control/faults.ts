import { z } from 'zod';

/** Every call that can be made to fail by name. `signin.any` is all of the sign-in service. */
export const endpoints = [
  'github.authorize',
  'github.token',
  'github.user',
  'github.repos',
  'github.check_token',
  'github.reset_token',
  'github.delete_token',
  'github.delete_grant',
  'github.scoped_token',
  'notion.authorize',
  'notion.token',
  'notion.revoke',
  'notion.introspect',
  'notion.me',
  'notion.search',
  'notion.page',
  'signin.any',
] as const;

export type Endpoint = (typeof endpoints)[number];

export const faultSpec = z.strictObject({
  endpoint: z.enum(endpoints),
  /** `timeout` never answers, `cut` closes the socket, `delay` waits and then goes on as usual. */
  kind: z.enum(['status', 'html', 'rate_limited', 'timeout', 'delay', 'cut']),
  /** True: the call takes effect first (a refresh token is spent, say), and only its answer is lost or replaced. */
  after_acting: z.boolean().default(false),
  times: z.int().min(1).max(1_000_000).default(1),
  /** Only calls with this grant type. */
  grant_type: z.enum(['authorization_code', 'refresh_token']).optional(),
  status: z.int().min(200).max(599).default(503),
  /** Text goes out as it is, anything else as JSON. */
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  /** Seconds, for `rate_limited`. */
  retry_after: z.int().min(0).default(30),
  delay_ms: z.int().min(0).max(120_000).default(1000),
});

export type FaultSpec = z.infer<typeof faultSpec>;

export interface Fault extends FaultSpec {
  readonly id: number;
  left: number;
}

/** The faults that lie in wait, oldest first. */
export class Faults {
  #faults: Fault[] = [];
  #lastId = 0;

  add(spec: FaultSpec): Fault {
    const fault = { ...spec, id: ++this.#lastId, left: spec.times };
    this.#faults.push(fault);
    return fault;
  }

  /** Takes one turn of the first fault that waits for this call. */
  take(endpoint: Endpoint, grantType: string | undefined): Fault | undefined {
    const fault = this.#faults.find(
      (one) => one.endpoint === endpoint && (one.grant_type === undefined || one.grant_type === grantType),
    );
    if (fault && --fault.left === 0) this.remove(fault.id);
    return fault;
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  remove(id: number): boolean {
    const before = this.#faults.length;
    this.#faults = this.#faults.filter((fault) => fault.id !== id);
    return this.#faults.length < before;
  }

  clear(): void {
    this.#faults = [];
  }
}
