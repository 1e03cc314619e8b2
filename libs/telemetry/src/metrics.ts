import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

interface About<L extends string> {
  /** Gets the prefix `te_`. */
  readonly name: string;
  readonly help: string;
  /** Only names whose values are few and known: never an id, a subject or a URL. */
  readonly labels?: readonly L[];
}

/** The metrics of one process, in a registry of its own, so that two apps in one process do not collide. */
export class Metrics {
  readonly #registry = new Registry();

  constructor({ app, processMetrics = true }: { readonly app: string; readonly processMetrics?: boolean }) {
    this.#registry.setDefaultLabels({ app });
    if (processMetrics) collectDefaultMetrics({ register: this.#registry });
  }

  counter<L extends string = never>(about: About<L>): Counter<L> {
    return new Counter(this.#settings(about));
  }

  gauge<L extends string = never>(about: About<L>): Gauge<L> {
    return new Gauge(this.#settings(about));
  }

  /** `buckets` in seconds, unless the name says otherwise. */
  histogram<L extends string = never>(about: About<L> & { readonly buckets: readonly number[] }): Histogram<L> {
    return new Histogram({ ...this.#settings(about), buckets: [...about.buckets] });
  }

  /** All metrics in the text format that Prometheus reads. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #settings<L extends string>({ name, help, labels = [] }: About<L>) {
    return { name: `te_${name}`, help, labelNames: [...labels], registers: [this.#registry] };
  }
}
