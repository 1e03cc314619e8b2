import type { IncomingMessage } from 'node:http';
import { EdgeRefusal } from './edge-refusal.js';

/** Headers that mean one thing. Sent twice, a proxy and we might each believe the other one. */
const single = new Set([
  'authorization',
  'content-length',
  'content-type',
  'host',
  'origin',
  'traceparent',
  'transfer-encoding',
]);

/** What makes a request unreadable before its body arrives; undefined when it may go on. */
export function refuseRequest(request: IncomingMessage, bodyTypes: readonly string[]): EdgeRefusal | undefined {
  return refuseDoubledHeader(request) ?? refusePath(request) ?? refuseBodyType(request, bodyTypes);
}

function refuseDoubledHeader({ rawHeaders }: IncomingMessage): EdgeRefusal | undefined {
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? '';
    if (!single.has(name)) continue;
    if (seen.has(name)) return new EdgeRefusal(400, 'invalid_request', `${name}: must not be sent more than once`);
    seen.add(name);
  }
  return undefined;
}

function refusePath({ url = '/' }: IncomingMessage): EdgeRefusal | undefined {
  if (!url.includes('%')) return undefined;
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return undefined;
  } catch {
    return new EdgeRefusal(400, 'invalid_request', 'path: must be valid percent-encoding of UTF-8');
  }
}

/** A body of another type would otherwise be skipped by one framework and read by the other. */
function refuseBodyType({ headers }: IncomingMessage, bodyTypes: readonly string[]): EdgeRefusal | undefined {
  const length = headers['content-length'];
  const hasBody = (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined;
  if (!hasBody) return undefined;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return new EdgeRefusal(415, 'invalid_request', 'content-encoding: must be absent');
  }
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (bodyTypes.includes(type)) return undefined;
  return new EdgeRefusal(415, 'invalid_request', `content-type: must be ${bodyTypes.join(' or ')}`);
}
