import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { Failure } from '#libs/kernel';
import { z } from 'zod';
import { describeIssues } from './issues.js';

const where = { body: 'body', query: 'query', param: 'path' } as const;

/**
 * Validates what `@Body`, `@Query` and `@Param` bring in against the zod schema beside them: `@Body({ schema })`.
 * A parameter without a schema is refused as a fault of ours, so that nothing unchecked gets in by an oversight.
 * Declare objects with `z.strictObject`: a misspelt field must not pass for an absent one.
 */
export class SchemaPipe implements PipeTransform {
  transform(value: unknown, { type, schema, data }: ArgumentMetadata & { readonly schema?: unknown }): unknown {
    if (type === 'custom') return value;
    if (!(schema instanceof z.ZodType)) throw new Error(`a ${type} parameter has no zod schema`);
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const name = data ?? where[type as keyof typeof where] ?? 'request';
    throw new Failure('invalid_request', describeIssues(result.error.issues, value, name));
  }
}
