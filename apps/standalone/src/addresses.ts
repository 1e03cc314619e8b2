import { publicId, type Uuid } from '#libs/kernel';
import type { Ports } from './settings.js';

/** Where everything of one installation is found, from the browser's and from the other programs' point of view. */
export interface Addresses {
  readonly connections: string;
  readonly exchange: string;
  readonly worker: string;
  readonly sandbox: string;
  readonly notes: string;
  readonly signInIssuer: string;
  readonly githubWeb: string;
  readonly githubApi: string;
  readonly notionApi: string;
  /** Where Notes gets its users back. */
  readonly notesReturn: string;
}

export function addressesOf(ports: Ports): Addresses {
  const sandbox = `http://localhost:${ports.sandbox}`;
  const notes = `http://localhost:${ports.notes}`;
  return {
    connections: `http://localhost:${ports.connections}`,
    exchange: `http://localhost:${ports.exchange}`,
    worker: `http://localhost:${ports.worker}`,
    sandbox,
    notes,
    signInIssuer: `${sandbox}/signin`,
    githubWeb: `${sandbox}/github`,
    githubApi: `${sandbox}/github-api`,
    notionApi: `${sandbox}/notion`,
    notesReturn: `${notes}/connected`,
  };
}

/** The redirect address of a registration (design: one for each registration). */
export function callbackOf(addresses: Addresses, registrationId: Uuid): string {
  return `${addresses.connections}/callback/${publicId('registration', registrationId)}`;
}
