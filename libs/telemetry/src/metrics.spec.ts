import { Metrics } from './metrics.js';

describe('metrics', () => {
  it('keeps two apps of one process apart', async () => {
    const about = { name: 'exchanges_total', help: 'Exchanges.', labels: ['outcome'] as const };
    const one = new Metrics({ app: 'one', processMetrics: false });
    const two = new Metrics({ app: 'two', processMetrics: false });
    one.counter(about).inc({ outcome: 'handed_out' });
    two.counter(about);
    expect((await one.text()).body).toContain('te_exchanges_total{outcome="handed_out",app="one"} 1');
    expect((await two.text()).body).not.toContain('handed_out');
  });

  it('has the process itself among the metrics', async () => {
    expect((await new Metrics({ app: 'one' }).text()).body).toContain('process_cpu_seconds_total');
  });
});
