import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from './address-guard.js';
import { EgressError, systemCode } from './egress-error.js';
import type { Target } from './target.js';

export interface HostAddress {
  readonly address: string;
  readonly family: number;
}

/** Resolves a host name to all its addresses; injected so that a test can play a hostile resolver. */
export type ResolveHost = (host: string) => Promise<readonly HostAddress[]>;

export const resolveBySystem: ResolveHost = (host) => lookup(host, { all: true });

/**
 * The addresses that may be dialled for a target. One bad address among good ones refuses them all: the next attempt
 * could be the one that gets it.
 * @throws EgressError stage `resolve` or `blocked`
 */
export async function judgedAddresses(target: Target, resolveHost: ResolveHost): Promise<readonly HostAddress[]> {
  const { host, privateAllowed } = target;
  const literal = isIP(host);
  const found = literal === 0 ? await resolve(target, resolveHost) : [{ address: host, family: literal }];
  if (!privateAllowed && !found.every(({ address }) => isPublicAddress(address))) {
    throw new EgressError('blocked', false, target.url.origin, 'address');
  }
  return found;
}

async function resolve(target: Target, resolveHost: ResolveHost): Promise<readonly HostAddress[]> {
  const fail = (code: string) => new EgressError('resolve', false, target.url.origin, code);
  let found: readonly HostAddress[];
  try {
    found = await resolveHost(target.host);
  } catch (error) {
    throw fail(systemCode(error) ?? 'ENOTFOUND');
  }
  if (found.length === 0) throw fail('ENOTFOUND');
  return found;
}
