/** Answers many questions at once, in their order. Throws when none of them could be answered. */
export type Flush<Question, Answer> = (questions: readonly Question[]) => Promise<readonly Answer[]>;

export interface BatcherOptions {
  /** Most questions in one flush. */
  readonly maxBatch: number;
  /** Most flushes under way at a time. */
  readonly maxFlushes: number;
  /** Most questions that may wait; one more is refused at once. */
  readonly maxWaiting: number;
  /** Whether one bad question among many may have failed the flush, so that smaller ones are worth trying. */
  readonly mayBeOneBadQuestion: (error: unknown) => boolean;
}

/** Too many questions are waiting already. */
export class BatcherFull extends Error {
  override readonly name = 'BatcherFull';
}

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets callers of the same moment share one flush. Whoever asks while all flushes are busy waits for the next one, which
 * takes everybody who waits: no timer, so a lone caller is never delayed.
 */
export class MicroBatcher<Question, Answer> {
  private waiting: Waiting<Question, Answer>[] = [];
  private flushes = 0;

  constructor(
    private readonly flush: Flush<Question, Answer>,
    private readonly options: BatcherOptions,
  ) {}

  ask(question: Question): Promise<Answer> {
    if (this.waiting.length >= this.options.maxWaiting) return Promise.reject(new BatcherFull('too many waiting'));
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      // Callers of the same turn of the event loop get into the same flush.
      queueMicrotask(() => this.start());
    });
  }

  /** Looks at the queue whenever someone asks and whenever a flush ends, so nobody can be forgotten in between. */
  private start(): void {
    while (this.waiting.length > 0 && this.flushes < this.options.maxFlushes) {
      const batch = this.waiting.splice(0, this.options.maxBatch);
      this.flushes += 1;
      void this.answer(batch).finally(() => {
        this.flushes -= 1;
        this.start();
      });
    }
  }

  private async answer(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.flush(batch.map((one) => one.question));
      batch.forEach((one, index) => one.resolve(answers[index] as Answer));
    } catch (error) {
      if (batch.length > 1 && this.options.mayBeOneBadQuestion(error)) await this.answerInHalves(batch);
      else for (const one of batch) one.reject(error);
    }
  }

  private async answerInHalves(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    const middle = Math.ceil(batch.length / 2);
    await this.answer(batch.slice(0, middle));
    await this.answer(batch.slice(middle));
  }
}
