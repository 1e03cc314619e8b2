import { Failure, type FailureCode } from '#libs/kernel';

/** A refusal in terms of HTTP alone, whose status is more exact than that of its code. */
export class EdgeRefusal extends Failure {
  constructor(
    readonly status: number,
    code: FailureCode,
    description: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, description);
  }
}

/** What is said when no route has a path, and only then. */
export const unroutable = 'there is nothing at this path';

/** What the frameworks refuse by themselves, in our words: theirs may quote the request. */
const refusals: Readonly<Record<number, string>> = {
  400: 'the request is malformed: the path must be well encoded and the body well-formed JSON',
  404: unroutable,
  405: 'method: this path does not know it',
  406: 'accept: none of these types can be given',
  408: 'the request took too long to arrive',
  413: 'body: too large',
  414: 'path: too long',
  415: 'content-type: must be application/json',
  431: 'headers: too large',
};

/** Anything of ours for a status from 400 to 499 that a framework decided on. */
export function refusalOf(status: number): EdgeRefusal {
  const code = status === 404 ? 'not_found' : status === 429 ? 'rate_limited' : 'invalid_request';
  return new EdgeRefusal(status, code, refusals[status] ?? refusals[400] ?? '');
}
