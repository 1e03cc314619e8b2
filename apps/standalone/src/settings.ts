import { resolve } from 'node:path';

/** What can be set of a whole installation on one machine. The only file of this app that reads the environment. */
export interface Settings {
  readonly dataDir: string;
  readonly ports: Ports;
}

export interface Ports {
  readonly connections: number;
  readonly exchange: number;
  readonly worker: number;
  readonly sandbox: number;
  readonly notes: number;
  readonly database: number;
}

export const portVariables: Readonly<Record<keyof Ports, readonly [variable: string, standard: number]>> = {
  connections: ['TE_CONNECTIONS_PORT', 4000],
  exchange: ['TE_EXCHANGE_PORT', 4001],
  worker: ['TE_WORKER_PORT', 4002],
  sandbox: ['SANDBOX_PORT', 4010],
  notes: ['NOTES_PORT', 4020],
  database: ['TE_DATABASE_PORT', 4032],
};

/** Something that the person at the terminal can mend; shown without a stack. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws StartRefused naming the variable and the rule. */
export function readSettings(env: Environment = process.env): Settings {
  const entries = Object.entries(portVariables).map(([app, [variable, standard]]) => [
    app,
    port(variable, env[variable], standard),
  ]);
  const ports = Object.fromEntries(entries) as Record<keyof Ports, number>;
  if (new Set(Object.values(ports)).size < Object.keys(ports).length)
    throw new StartRefused('every app needs a port of its own: two of the *_PORT variables name the same one');
  return { dataDir: resolve(env['TE_DATA_DIR'] || '.data'), ports };
}

function port(variable: string, value: string | undefined, standard: number): number {
  const number = value === undefined || value === '' ? standard : Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new StartRefused(`${variable} must be a whole number from 1 to 65535`);
  return number;
}

/** What a child gets of our own environment: enough to run, and nothing that configures it by accident. */
export function inheritedEnvironment(env: Environment = process.env): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SystemRoot', 'TE_LOG_LEVEL'];
  return Object.fromEntries(kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
