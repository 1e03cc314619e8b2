import type { ProviderDefinition } from './schema.js';

export type ParamDefinition = ProviderDefinition['params'][string];

/**
 * What is wrong with the value of a parameter, in words that follow its name; undefined when nothing is.
 * Values end up in URLs, so beside the definition's own pattern the form is checked here, whatever the pattern lets pass.
 */
export function paramProblem(param: ParamDefinition, value: string): string | undefined {
  if (value.length === 0 || value.length > 255) return 'must have 1 to 255 characters';
  if (param.kind === 'baseUrl' && !isBaseUrl(value)) {
    return 'must be a URL without user, query, fragment and slash at the end, host in lower case';
  }
  if (param.kind === 'text' && !/^(?!\.{1,2}$)[A-Za-z0-9._~-]+$/.test(value))
    return 'must be letters, digits, ".", "_", "~" and "-"';
  if (!new RegExp(`^(?:${param.pattern})$`, 'u').test(value)) return `must match ${param.pattern}`;
  return undefined;
}

function isBaseUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { origin, pathname, protocol } = new URL(value);
  return /^https?:$/.test(protocol) && value === origin + pathname.replace(/\/$/, '');
}

/** Everything wrong with the parameters of a registration, each naming the parameter. For whoever installs one. */
export function paramProblems(definition: ProviderDefinition, given: Readonly<Record<string, string>>): string[] {
  const unknown = Object.keys(given)
    .filter((name) => !Object.hasOwn(definition.params, name) && !isCapabilities(definition, name))
    .map((name) => `${name}: is no parameter of ${definition.slug}`);
  return [...unknown, ...valueProblems(definition, given), ...capabilityProblems(definition, given)];
}

/** What is wrong with the values that the definition uses; a parameter that it no longer has does no harm. */
export function valueProblems(definition: ProviderDefinition, given: Readonly<Record<string, string>>): string[] {
  return Object.entries(definition.params).flatMap(([name, param]) => {
    const value = given[name] ?? param.default;
    const problem = value === undefined ? 'is required' : paramProblem(param, value);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
}

function isCapabilities(definition: ProviderDefinition, name: string): boolean {
  return definition.scopes.kind === 'capabilities' && name === 'capabilities';
}

function capabilityProblems(definition: ProviderDefinition, given: Readonly<Record<string, string>>): string[] {
  if (definition.scopes.kind !== 'capabilities' || given.capabilities === undefined) return [];
  return given.capabilities
    .split(' ')
    .filter((name) => !Object.hasOwn(definition.scopes.catalogue, name))
    .map((name) => `capabilities: "${name}" is not one of ${Object.keys(definition.scopes.catalogue).join(', ')}`);
}
