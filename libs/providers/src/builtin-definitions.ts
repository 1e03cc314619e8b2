import { github } from './builtin/github.js';
import { notion } from './builtin/notion.js';
import { parseDefinition } from './definition/parse-definition.js';
import type { ProviderDefinition } from './definition/schema.js';

/** The definitions that come with the platform. They pass through the same checks as an operator's own. */
export const builtInDefinitions: readonly ProviderDefinition[] = [github, notion].map(parseDefinition);
