/** What keeps the embedded database from starting, in words for the person at the terminal. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(
    readonly reason:
      | 'no_binaries'
      | 'no_account'
      | 'port_taken'
      | 'data_directory_in_use'
      | 'data_directory_of_another'
      | 'version_mismatch'
      | 'failed',
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}
