import { Router } from 'express';
import { z } from 'zod';
import type { Witness, WitnessFilter } from './witness.js';

const query = z.strictObject({
  provider: z.enum(['github', 'notion']).optional(),
  event: z.enum(['code_spent', 'refresh_token_spent', 'token_revoked', 'grant_revoked', 'token_evicted']).optional(),
  outcome: z.enum(['accepted', 'refused']).optional(),
  client_id: z.string().optional(),
  account: z.string().optional(),
  fingerprint: z.string().optional(),
  after: z.coerce.number().int().min(0).default(0),
});

/** `GET /witness?provider=&event=&outcome=&client_id=&account=&fingerprint=&after=<seq>` */
export function witnessRoutes(witness: Witness): Router {
  const router = Router();
  router.get('/', (req, res) => {
    const parsed = query.safeParse(req.query);
    if (!parsed.success) {
      res.status(400).json({ error: 'invalid_request', error_description: z.prettifyError(parsed.error) });
      return;
    }
    const { after, ...filter } = parsed.data;
    const entries = witness.find(filter as WitnessFilter, after);
    res.json({ count: entries.length, entries });
  });
  return router;
}
