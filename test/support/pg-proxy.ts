import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What happens to the connection on which the next COMMIT after `cutCommit` is sent. */
export type Cut =
  /** The bytes never arrive: the transaction is rolled back. */
  | 'before'
  /** They arrive, and the answer never comes back: the transaction is committed. */
  | 'after'
  /** The client's side is cut at once, and the bytes arrive a little later: committed while the client repeats. */
  | 'delayed';

const commit = Buffer.from('COMMIT\0');
const lateByMs = 250;

/** Stands between an app and PostgreSQL and breaks connections at the moment that hurts most (F15). */
export class PgProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private armed: Cut | undefined;
  private deaf = false;
  /** How many connections were cut at a COMMIT. */
  cuts = 0;
  /** Called at the cut, before the client can notice; new connections wait until it resolves. */
  atCut: () => Promise<unknown> = async () => undefined;
  private pause: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    private readonly target: { readonly host: string; readonly port: number },
  ) {
    server.on('connection', (client) => void this.join(client));
  }

  static async start(databaseUrl: string): Promise<PgProxy> {
    const { hostname, port } = new URL(databaseUrl);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PgProxy(server, { host: hostname, port: Number(port) });
  }

  /** The same database, reached through this proxy. */
  urlFor(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  cutCommit(how: Cut): void {
    this.armed = how;
  }

  /** From now on every byte vanishes in both directions, with all connections open: a network that is gone. */
  swallow(): void {
    this.deaf = true;
  }

  /** New connections work again; the ones from before stay dead, as after a failed switch of the network. */
  heal(): void {
    this.deaf = false;
  }

  /** Ends every connection at once. */
  cutAll(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async join(client: Socket): Promise<void> {
    client.on('error', () => client.destroy());
    await this.pause;
    const upstream = connect(this.target);
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    // A connection that once lost bytes can never be used again.
    const state = { lost: false };
    upstream.on('error', () => upstream.destroy());
    client.on('data', (bytes) => {
      if (this.vanishes(state)) return;
      if (this.armed && bytes.includes(commit)) this.cut(pair, bytes);
      else upstream.write(bytes);
    });
    upstream.on('data', (bytes) => void (this.vanishes(state) || client.write(bytes)));
    client.on('close', () => {
      // What is swallowed includes the news that a side has gone.
      if (state.lost) return;
      this.pairs.delete(pair);
      upstream.end();
    });
    upstream.on('close', () => void (state.lost || client.destroy()));
  }

  private vanishes(state: { lost: boolean }): boolean {
    state.lost ||= this.deaf;
    return state.lost;
  }

  private cut([client, upstream]: readonly [Socket, Socket], bytes: Buffer): void {
    const how = this.armed;
    this.armed = undefined;
    this.cuts += 1;
    client.removeAllListeners('close').on('close', () => undefined);
    upstream.removeAllListeners('data');
    const settled =
      how === 'before'
        ? end(upstream)
        : how === 'after'
          ? new Promise<void>((resolve) => upstream.once('data', () => resolve()).write(bytes))
          : Promise.resolve(void setTimeout(() => upstream.write(bytes), lateByMs));
    this.pause = settled.then(() => this.atCut());
    void settled.then(() => client.destroy());
  }
}

function end(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()).destroy());
}
