import { z } from 'zod';

export interface TextRules {
  /** Longest length in UTF-16 code units. */
  readonly max: number;
  readonly min?: number;
  readonly pattern?: RegExp;
  /** The pattern in words, for the one who broke it. */
  readonly must?: string;
}

/**
 * A text from outside. Every text has an end, and none holds a NUL (PostgreSQL cannot store it) or half a surrogate pair
 * (no UTF-8 has it): either would fail a whole batch of audit rows long after its cause.
 */
export function text({ max, min = 1, pattern, must = 'must have the documented form' }: TextRules) {
  const bounded = z
    .string()
    .min(min)
    .max(max)
    .refine((value) => !value.includes('\0'), { error: 'must not contain NUL', abort: true })
    .refine((value) => !/\p{Surrogate}/u.test(value), { error: 'must be well-formed Unicode', abort: true });
  return pattern ? bounded.refine((value) => pattern.test(value), { error: must }) : bounded;
}
