import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isPublicAddress } from './address-guard.js';
import { Deadline } from './deadline.js';
import { EgressError, systemCode } from './egress-error.js';
import { judgedAddresses, type HostAddress, type ResolveHost } from './resolve.js';
import type { Target } from './target.js';

export interface ConnectOptions {
  readonly resolveHost: ResolveHost;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Certificates (PEM) trusted in place of the built-in authorities. */
  readonly ca?: readonly string[] | undefined;
}

/**
 * Opens the connection, TLS handshake and certificate check included; nothing of the request has left when it is done.
 * The socket is given the very addresses that were judged and looks nothing up itself: a name that resolves
 * differently a moment later gains nothing.
 * @throws EgressError stage `resolve`, `blocked`, `connect` or `timeout`
 */
export function connect(target: Target, options: ConnectOptions): Promise<Socket> {
  const abandon = new AbortController();
  return new Promise((resolve, reject) => {
    const deadline = new Deadline(options.timeoutMs, options.signal, () => {
      abandon.abort();
      reject(new EgressError('timeout', false, target.url.origin));
    });
    openSocket(target, options, abandon.signal)
      .then(resolve, reject)
      .finally(() => deadline.release());
  });
}

async function openSocket(target: Target, options: ConnectOptions, abandoned: AbortSignal): Promise<Socket> {
  const addresses = await judgedAddresses(target, options.resolveHost);
  const fail = (code?: string) => new EgressError('connect', false, target.url.origin, code);
  if (abandoned.aborted) throw fail();
  const socket = dial(target, addresses, options.ca);
  abandoned.addEventListener('abort', () => socket.destroy(), { once: true });
  await new Promise<void>((resolve, reject) => {
    socket.once(target.secure ? 'secureConnect' : 'connect', resolve);
    // Stays for the life of the socket: an error while the connection waits for its request must not end the process.
    socket.on('error', (error) => reject(fail(systemCode(error))));
    socket.once('close', () => reject(fail('CLOSED')));
  });
  if (!target.privateAllowed && !isPublicAddress(socket.remoteAddress ?? '')) {
    socket.destroy();
    throw new EgressError('blocked', false, target.url.origin, 'address');
  }
  return socket;
}

function dial(target: Target, addresses: readonly HostAddress[], ca: readonly string[] | undefined): Socket {
  const common = {
    host: target.host,
    port: target.port,
    lookup: answering(addresses),
    noDelay: true,
    autoSelectFamily: true,
    // Node's 250 ms gives up on a far host before it could answer.
    autoSelectFamilyAttemptTimeout: 1000,
  };
  if (!target.secure) return connectTcp(common);
  return connectTls({
    ...common,
    ...(ca === undefined ? {} : { ca: [...ca] }),
    servername: isIP(target.host) === 0 ? target.host : '',
    minVersion: 'TLSv1.2',
    // Said aloud, so that no environment variable can switch it off.
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
  });
}

function answering(addresses: readonly HostAddress[]): LookupFunction {
  return (_host, options, callback) => {
    process.nextTick(() => {
      if (options.all === true) callback(null, [...addresses]);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
    });
  };
}
