import type { z } from 'zod';
import { ConfigurationError, type Problem } from './configuration-error.js';
import { variables, type Variable, type VariableName } from './variables.js';

/** The environment of a process, or a map that stands for one. */
export type Environment = Readonly<Record<string, string | undefined>>;

type Output<V> = V extends { readonly rule: infer R extends z.ZodType }
  ? V extends { readonly optional: true }
    ? z.output<R> | undefined
    : z.output<R>
  : never;

export type Values<N extends VariableName> = { readonly [K in N]: Output<(typeof variables)[K]> };

/** A rule about several variables at once. */
export type CrossRule<N extends VariableName> = (values: Values<N>) => Problem | undefined;

/**
 * Reads the named variables. An empty one counts as absent, because that is what templates make of an unset value.
 * Throws a `ConfigurationError` that lists every problem at once.
 */
export function read<N extends VariableName>(
  env: Environment,
  names: readonly N[],
  crossRules: readonly CrossRule<N>[] = [],
): Values<N> {
  const problems: Problem[] = [];
  const values: Partial<Record<N, unknown>> = {};
  for (const name of names) {
    const variable: Variable = variables[name];
    const text = env[name] || variable.default;
    if (text === undefined) {
      if (!variable.optional) problems.push({ variable: name, rule: `must be set: ${variable.must}` });
      continue;
    }
    const result = variable.rule.safeParse(text);
    if (result.success) values[name] = result.data;
    else problems.push({ variable: name, rule: `must be ${variable.must}` });
  }
  const complete = values as Values<N>;
  if (problems.length === 0) problems.push(...crossRules.flatMap((rule) => rule(complete) ?? []));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return complete;
}
