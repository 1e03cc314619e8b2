import fc from 'fast-check';
import { BatcherFull, MicroBatcher, type BatcherOptions } from './micro-batcher.js';

const options: BatcherOptions = { maxBatch: 4, maxFlushes: 2, maxWaiting: 1000, mayBeOneBadQuestion: () => true };

describe('MicroBatcher', () => {
  it('answers every question, whatever the order in which questions and flushes interleave (no lost wake-up)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 40 }), async (s, count) => {
        const sizes: number[] = [];
        const flush = s.scheduleFunction(async (questions: readonly number[]) => {
          sizes.push(questions.length);
          return questions.map((n) => n * 2);
        });
        const batcher = new MicroBatcher(flush, options);
        const asked = Array.from({ length: count }, (_, n) =>
          s.schedule(Promise.resolve(n)).then((q) => batcher.ask(q)),
        );
        const all = Promise.all(asked);
        expect(await s.waitFor(all)).toEqual(Array.from({ length: count }, (_, n) => n * 2));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(options.maxBatch);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(count);
      }),
      { numRuns: 200 },
    );
  });

  it('splits a failing batch until the bad question is alone, and answers all the others', async () => {
    const batcher = new MicroBatcher<number, number>(
      (questions) => (questions.includes(7) ? Promise.reject(new Error('seven')) : Promise.resolve([...questions])),
      { ...options, maxBatch: 64 },
    );
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => batcher.ask(n)));
    expect(results.filter((r) => r.status === 'rejected')).toHaveLength(1);
    expect(results[7]?.status).toBe('rejected');
  });

  it('does not split when the flush failed for a cause that concerns all', async () => {
    let flushes = 0;
    const batcher = new MicroBatcher<number, number>(
      () => {
        flushes += 1;
        return Promise.reject(new Error('database away'));
      },
      { ...options, maxBatch: 64, mayBeOneBadQuestion: () => false },
    );
    const results = await Promise.allSettled([1, 2, 3].map((n) => batcher.ask(n)));
    expect(results.every((r) => r.status === 'rejected')).toBe(true);
    expect(flushes).toBe(1);
  });

  it('refuses at once when too many wait', async () => {
    const batcher = new MicroBatcher<number, number>(() => new Promise(() => undefined), { ...options, maxWaiting: 1 });
    void batcher.ask(1);
    await expect(batcher.ask(2)).rejects.toBeInstanceOf(BatcherFull);
  });
});
