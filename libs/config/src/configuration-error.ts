export interface Problem {
  readonly variable: string;
  readonly rule: string;
}

/** A service cannot start as it is configured. Names variables and rules, and never a value: values may be secrets. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly problems: readonly Problem[]) {
    super(
      ['The configuration is not usable:', ...problems.map(({ variable, rule }) => `  ${variable} ${rule}`)].join('\n'),
    );
  }
}
