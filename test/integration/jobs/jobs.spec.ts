import { setTimeout as sleep } from 'node:timers/promises';
import { JobQueue, JobWorker, type QueueBackend } from '#libs/jobs';
import { Secret } from '#libs/kernel';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

let fresh: FreshDatabase;
let backend: QueueBackend;
const errors: Error[] = [];
const onError = (error: Error) => void errors.push(error);

beforeAll(async () => {
  fresh = await freshDatabase('jobs');
  backend = { backend: 'postgres', url: new Secret(fresh.workerUrl) };
}, 60_000);

afterAll(async () => {
  await fresh.drop();
});

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100 && !condition(); turn++) await sleep(50);
  if (!condition()) throw new Error('it did not come to that');
}

describe('the queue on PostgreSQL, with the rights of the worker', () => {
  it('runs a job once though it is added three times, and again when it is added after it ran', async () => {
    const queue = new JobQueue(backend, { name: 'once', onError });
    const seen: unknown[] = [];
    const job = { id: 'grant-1.7', data: { grant: 'one', generation: 7 } };
    await queue.add([job, job]);
    await queue.add([job]);
    const run = (data: Readonly<Record<string, unknown>>) => Promise.resolve(void seen.push(data));
    const worker = new JobWorker(backend, { name: 'once', concurrency: 2, run, onError });
    await until(() => seen.length === 1);
    await sleep(200);
    expect(seen).toEqual([{ grant: 'one', generation: 7 }]);
    await queue.add([job]);
    await until(() => seen.length === 2);
    await worker.close(2_000);
    await queue.close();
    expect(errors).toEqual([]);
  });

  it('goes on after a job that throws, and tells of it', async () => {
    const queue = new JobQueue(backend, { name: 'poison', onError });
    const seen: unknown[] = [];
    const worker = new JobWorker(backend, {
      name: 'poison',
      concurrency: 1,
      run: (data) => (data['bad'] === 1 ? Promise.reject(new Error('poison')) : Promise.resolve(void seen.push(data))),
      onError,
    });
    await queue.add([
      { id: 'bad', data: { bad: 1 } },
      { id: 'good', data: { bad: 0 } },
    ]);
    await until(() => seen.length === 1);
    expect(errors.map((error) => error.message)).toEqual(['poison']);
    errors.length = 0;
    await worker.close(2_000);
    await queue.close();
  });

  it('waits for the running job when it closes, but not for ever', async () => {
    const queue = new JobQueue(backend, { name: 'closing', onError });
    let finished = 0;
    let started = 0;
    const run = async (data: Readonly<Record<string, unknown>>) => {
      started += 1;
      await sleep(Number(data['ms']));
      finished += 1;
    };
    const worker = new JobWorker(backend, { name: 'closing', concurrency: 1, run, onError });
    await queue.add([{ id: 'short', data: { ms: 300 } }]);
    await until(() => started === 1);
    await worker.close(2_000);
    expect(finished).toBe(1);
    const other = new JobWorker(backend, { name: 'closing', concurrency: 1, run, onError });
    await queue.add([{ id: 'long', data: { ms: 2_000 } }]);
    await until(() => started === 2);
    const before = performance.now();
    await other.close(200);
    expect(performance.now() - before).toBeLessThan(1_500);
    await queue.close();
    await until(() => finished === 2);
  });

  it('refuses an id that the library would take for a key of its own', async () => {
    const queue = new JobQueue(backend, { name: 'ids', onError });
    await expect(queue.add([{ id: 'a:b', data: {} }])).rejects.toThrow(RangeError);
    await queue.close();
  });
});
