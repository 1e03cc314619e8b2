import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Egress } from './egress.js';
import { EgressError } from './egress-error.js';
import { listen, type Running } from './fixtures/local-server.js';

/** A server below HTTP, so that a test decides byte by byte what the wire does. */
async function wire(onSocket: (socket: Socket) => void) {
  const received: string[] = [];
  const sockets: Socket[] = [];
  const server = await listen(
    createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (data) => received.push(data.toString()));
      onSocket(socket);
    }),
  );
  const origin = `http://localhost:${server.port}`;
  const egress = new Egress({ allowedPrivateOrigins: [origin], timeoutMs: 1000, maxBytes: 1000, userAgent: 'test' });
  const close = async () => {
    sockets.forEach((socket) => socket.destroy());
    await server.close();
  };
  return { origin, egress, received, sockets, close };
}

describe('whether bytes may have left (F7, F8, F11)', () => {
  let running: Pick<Running, 'close'> | undefined;
  afterEach(() => running?.close());

  const start = async (onSocket: (socket: Socket) => void = () => undefined) => {
    const made = await wire(onSocket);
    running = made;
    return made;
  };

  it('opening sends nothing', async () => {
    const { egress, origin, received } = await start();
    const open = await egress.open(origin, { method: 'POST' });
    await sleep(50);
    expect(received).toEqual([]);
    open.close();
  });

  it('no, when nobody listens', async () => {
    const { egress, origin, close } = await start();
    await close();
    await expect(egress.open(origin, { method: 'POST' })).rejects.toMatchObject({
      stage: 'connect',
      bytesMayHaveLeft: false,
      code: 'ECONNREFUSED',
    });
  });

  it('no, when the name is unknown (F27)', async () => {
    const resolveHost = () => Promise.reject(Object.assign(new Error('queryA canary'), { code: 'ENOTFOUND' }));
    const egress = new Egress({ allowedPrivateOrigins: [], timeoutMs: 99, maxBytes: 9, userAgent: 't', resolveHost });
    await expect(egress.open('https://nowhere.example', { method: 'GET' })).rejects.toMatchObject({
      stage: 'resolve',
      bytesMayHaveLeft: false,
      code: 'ENOTFOUND',
    });
  });

  it('no, when the resolver hangs until the time is up', async () => {
    const resolveHost = () => new Promise<never>(() => undefined);
    const egress = new Egress({ allowedPrivateOrigins: [], timeoutMs: 50, maxBytes: 9, userAgent: 't', resolveHost });
    await expect(egress.open('https://slow.example', { method: 'GET' })).rejects.toMatchObject({
      stage: 'timeout',
      bytesMayHaveLeft: false,
    });
  });

  it.each([['end'], ['destroy']] as const)('no, when the server hung up (%s) before the send', async (how) => {
    const { egress, origin, received } = await start((socket) => {
      setTimeout(() => socket[how](), 20);
    });
    const open = await egress.open(origin, { method: 'POST' });
    await sleep(80);
    const called: string[] = [];
    const sending = open.send('secret', { beforeSend: () => called.push('beforeSend') });
    await expect(sending).rejects.toMatchObject({ stage: 'connect', bytesMayHaveLeft: false, code: 'CLOSED' });
    expect(called).toEqual([]);
    expect(received).toEqual([]);
  });

  it('no, when the signal had fired before, or beforeSend objects', async () => {
    const { egress, origin, received } = await start();
    const late = await egress.open(origin, { method: 'POST' });
    await expect(late.send('secret', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      stage: 'timeout',
      bytesMayHaveLeft: false,
    });
    const objected = await egress.open(origin, { method: 'POST' });
    const objection = new Error('the claim is gone');
    const beforeSend = () => {
      throw objection;
    };
    await expect(objected.send('secret', { beforeSend })).rejects.toBe(objection);
    await sleep(50);
    expect(received).toEqual([]);
  });

  it('yes, when the server hangs up on the request', async () => {
    const { egress, origin } = await start((socket) => socket.once('data', () => socket.destroy()));
    const open = await egress.open(origin, { method: 'POST' });
    const error: unknown = await open.send('secret').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(EgressError);
    expect(error).toMatchObject({ stage: 'receive', bytesMayHaveLeft: true });
  });

  it('yes, when the answer is cut in the middle', async () => {
    const { egress, origin } = await start((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"access_token":"gho_')),
    );
    await expect(egress.request(origin, { method: 'POST', body: 'x' })).rejects.toMatchObject({
      stage: 'receive',
      bytesMayHaveLeft: true,
    });
  });

  it('yes, when the answer is not HTTP or its head is endless', async () => {
    for (const answer of ['SSH-2.0-OpenSSH_9\r\n', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`]) {
      const { egress, origin, close } = await start((socket) => socket.once('data', () => socket.end(answer)));
      await expect(egress.request(origin, { method: 'GET' })).rejects.toMatchObject({
        stage: 'receive',
        bytesMayHaveLeft: true,
      });
      await close();
    }
  });

  it('yes, when the signal fires while the answer is awaited', async () => {
    const { egress, origin, sockets } = await start();
    const open = await egress.open(origin, { method: 'POST' });
    const sending = open.send('secret', { signal: AbortSignal.timeout(50) });
    await expect(sending).rejects.toMatchObject({ stage: 'timeout', bytesMayHaveLeft: true });
    await sleep(20);
    expect(sockets[0]?.readableEnded).toBe(true);
  });

  it('a connection that is never used closes itself', async () => {
    const { origin, sockets } = await start();
    const limits = { timeoutMs: 60, maxBytes: 9, userAgent: 'test' };
    const open = await new Egress({ allowedPrivateOrigins: [origin], ...limits }).open(origin, { method: 'POST' });
    await sleep(120);
    expect(sockets[0]?.readableEnded).toBe(true);
    await expect(open.send('late')).rejects.toMatchObject({ stage: 'connect', bytesMayHaveLeft: false });
  });

  it('an open request is sent once', async () => {
    const { egress, origin, received } = await start((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n')),
    );
    const open = await egress.open(origin, { method: 'POST' });
    expect((await open.send('one')).status).toBe(204);
    await expect(open.send('two')).rejects.toThrow('once');
    expect(received.join('')).not.toContain('two');
  });
});
