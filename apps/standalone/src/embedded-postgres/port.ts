import { createServer, type AddressInfo } from 'node:net';
import { EmbeddedPostgresError } from './errors.js';

/** The wanted port if nobody listens there, or any free one for 0. */
export async function choosePort(wanted: number): Promise<number> {
  const free = await listenOnce(wanted);
  if (free === undefined) throw portTaken(wanted);
  return free;
}

export async function portIsFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

export const portTaken = (port: number): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'port_taken',
    `Port ${port} on 127.0.0.1 is taken by another program. Stop that one, or choose another port for the database.`,
  );

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => {
      const chosen = (server.address() as AddressInfo).port;
      server.close(() => resolve(chosen));
    });
  });
}
