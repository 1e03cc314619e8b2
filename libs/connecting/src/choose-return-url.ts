import { Failure } from '#libs/kernel';
import { findServer, isReturnUrlRegistered, type Sql } from '#libs/persistence';
import type { ConnectRequest } from './connect-request.js';

/** Where the browser goes afterwards. @throws Failure `invalid_request` unless it is registered, to the letter */
export async function chooseReturnUrl(tx: Sql, request: ConnectRequest): Promise<string> {
  if (request.binding !== undefined && request.binding.length !== 32)
    throw new Failure('invalid_request', 'binding: must be the 32 bytes of a SHA-256');
  const server = await findServer(tx, request.server.id);
  if (!server) throw new Failure('not_found', 'this server is disabled');
  if (request.returnUrl === undefined) return server.defaultReturnUrl;
  if (await isReturnUrlRegistered(tx, request.server.id, request.returnUrl)) return request.returnUrl;
  throw new Failure('invalid_request', 'return_url: must be one that is registered for this server, to the letter');
}
