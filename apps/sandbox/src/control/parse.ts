import type { Response } from 'express';
import { z } from 'zod';

/** The body if it fits; otherwise undefined, and the answer 400 was sent. */
export function parse<T extends z.ZodType>(schema: T, body: unknown, res: Response): z.infer<T> | undefined {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  res.status(400).json({ error: 'invalid_request', error_description: z.prettifyError(parsed.error) });
  return undefined;
}
