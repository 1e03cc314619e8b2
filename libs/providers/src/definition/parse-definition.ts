import { definitionSchema, type ProviderDefinition } from './schema.js';
import { checkRules } from './rules.js';

/** A definition that cannot be used. Each problem names the field and the rule; none repeats a value of a secret kind. */
export class DefinitionInvalid extends Error {
  override readonly name = 'DefinitionInvalid';

  constructor(readonly problems: readonly string[]) {
    super(`provider definition: ${problems.join('; ')}`);
  }
}

const schema = definitionSchema.superRefine(checkRules);

/** @throws DefinitionInvalid with every problem found */
export function parseDefinition(input: unknown): ProviderDefinition {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || '(whole)'}: ${message}`,
  );
  throw new DefinitionInvalid(problems);
}
