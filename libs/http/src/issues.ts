import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const names: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** The rule that was broken, in words of ours. A schema's own message is used where the schema has one to give. */
function ruleOf(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return valueAt(value, issue.path) === undefined
        ? 'is required'
        : `must be ${names[issue.expected] ?? 'of another type'}`;
    case 'too_small':
      return `must have at least ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `must have at most ${issue.maximum}${unit(issue.origin)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `unknown field ${issue.keys.slice(0, 3).map(printable).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'regex' ? issue.message : `must be in the form ${issue.format}`;
    case 'custom':
      return issue.message;
    default:
      return 'is not valid';
  }
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters';
  if (origin === 'array' || origin === 'set') return ' items';
  return ' as its value';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

/** Names that a caller made up, short and without surprises for whoever prints them. */
function printable(name: PropertyKey): string {
  return String(name)
    .replace(/[^\w.-]/g, '?')
    .slice(0, 40);
}

/** One line for a caller: field and rule of the first three problems. `where` names what has no field name of its own. */
export function describeIssues(issues: readonly Issue[], value: unknown, where: string): string {
  const lines = issues.slice(0, 3).map((issue) => {
    const path = issue.path.map(printable).join('.');
    return `${path === '' ? where : path}: ${ruleOf(issue, value)}`;
  });
  return lines.join('; ');
}
