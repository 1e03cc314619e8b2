import { lookup as systemLookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isPublicAddress } from './address-guard.js';
import { Deadline } from './deadline.js';
import { EgressError, systemCode, type EgressStage } from './egress-error.js';
import type { Target } from './target.js';

/** Resolves a host name to all its addresses; injected so that a test can play a hostile resolver. */
export type ResolveHost = (host: string) => Promise<readonly { address: string; family: number }[]>;

export const resolveBySystem: ResolveHost = (host) => systemLookup(host, { all: true });

export interface ConnectOptions {
  readonly resolveHost: ResolveHost;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Certificates (PEM) trusted in place of the built-in authorities. */
  readonly ca?: readonly string[] | undefined;
}

/**
 * Opens the connection, TLS handshake and certificate check included; nothing of the request has left when it is done.
 * The addresses are judged in the look-up that the socket itself makes, and it dials exactly those: a name that
 * resolves differently a moment later gains nothing.
 * @throws EgressError stage `resolve`, `blocked`, `connect` or `timeout`
 */
export async function connect(target: Target, options: ConnectOptions): Promise<Socket> {
  const guard = { blocked: false };
  const socket = dial(target, options, guardedLookup(target, options.resolveHost, guard));
  const fail = (stage: EgressStage, code?: string) => new EgressError(stage, false, target.url.origin, code);
  return new Promise((resolve, reject) => {
    const deadline = new Deadline(options.timeoutMs, options.signal, () => {
      socket.destroy();
      reject(fail('timeout'));
    });
    socket.once(target.secure ? 'secureConnect' : 'connect', () => {
      deadline.release();
      resolve(socket);
    });
    // Stays for the life of the socket: an error while the connection waits for its request must not end the process.
    socket.on('error', (error) => {
      deadline.release();
      reject(guard.blocked ? fail('blocked', 'address') : fail(stageOf(error), systemCode(error)));
    });
    socket.once('close', () => {
      deadline.release();
      reject(fail('connect', 'CLOSED'));
    });
  });
}

function dial(target: Target, options: ConnectOptions, lookup: LookupFunction): Socket {
  const common = {
    host: target.host,
    port: target.port,
    lookup,
    noDelay: true,
    autoSelectFamily: true,
    // Node's 250 ms gives up on a far host before it could answer.
    autoSelectFamilyAttemptTimeout: 1000,
  };
  if (!target.secure) return connectTcp(common);
  return connectTls({
    ...common,
    ...(options.ca === undefined ? {} : { ca: [...options.ca] }),
    servername: isIP(target.host) === 0 ? target.host : '',
    minVersion: 'TLSv1.2',
    // Said aloud, so that no environment variable can switch it off.
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
  });
}

function guardedLookup(target: Target, resolveHost: ResolveHost, guard: { blocked: boolean }): LookupFunction {
  return (host, options, callback) => {
    resolveHost(host).then(
      (found) => {
        const [first] = found;
        // One bad address among good ones is refused too: the next attempt could be the one that gets it.
        guard.blocked = !target.privateAllowed && !found.every(({ address }) => isPublicAddress(address));
        if (guard.blocked) callback(lookupError('EBLOCKED'), '');
        else if (first === undefined) callback(lookupError('ENOTFOUND'), '');
        else if (options.all === true) callback(null, [...found]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(lookupError(systemCode(error) ?? 'ENOTFOUND'), ''),
    );
  };
}

function lookupError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error('host look-up failed'), { code, syscall: 'getaddrinfo' });
}

function stageOf(error: NodeJS.ErrnoException): EgressStage {
  return error.syscall === 'getaddrinfo' ? 'resolve' : 'connect';
}
