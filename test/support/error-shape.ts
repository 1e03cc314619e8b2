import type { Answer } from './exchange-caller.js';
import type { ExchangeWorld } from './exchange-world.js';

/** How many rows there are, table by table: what is refused for its form leaves nothing behind. */
export async function rowCounts(world: ExchangeWorld): Promise<Record<string, number>> {
  const [row] = await world.sql<{ counts: Record<string, number> }>(
    `SELECT jsonb_object_agg(t, (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ' || t, false, true, '')))[1]::text::int)
       AS counts FROM unnest(ARRAY['audit_events', 'subjects', 'connect_sessions', 'consents', 'grants', 'users']) t`,
  );
  return row!.counts;
}

/** The one shape of every error (design: API), with what has to come with it. */
export function expectShape(answer: Answer, status: number, error = 'invalid_request'): void {
  expect([answer.status, answer.body?.error]).toEqual([status, error]);
  expect(answer.body.error_description).toEqual(expect.any(String));
  expect(answer.body.error_uri).toBe(`http://localhost:4001/errors/${error}`);
  expect(answer.body.request_id).toBe(answer.headers.get('x-request-id'));
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.has('www-authenticate')).toBe(status === 401);
  expect(answer.text).not.toMatch(/node_modules|\bat \w+ \(|SELECT|zod|fastify/i);
}

export async function expectNothingStored(world: ExchangeWorld, work: () => Promise<void>): Promise<void> {
  const before = await rowCounts(world);
  await work();
  expect(await rowCounts(world)).toEqual(before);
}
