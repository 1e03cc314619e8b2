/** Where an outbound call ended. `timeout` stands for the caller's abort signal too: it is a deadline of his. */
export type EgressStage = 'resolve' | 'blocked' | 'connect' | 'send' | 'receive' | 'too_large' | 'timeout';

/**
 * An outbound call that brought no answer. It names the origin alone: path and query may hold a token,
 * and the texts of system errors are left behind with their objects.
 */
export class EgressError extends Error {
  override readonly name = 'EgressError';

  constructor(
    readonly stage: EgressStage,
    /** False only when it is certain that no byte of the request left this machine. */
    readonly bytesMayHaveLeft: boolean,
    readonly origin: string,
    /** A code of the system or of TLS, for instance `ECONNREFUSED`, or a word of this library. */
    readonly code?: string,
  ) {
    super(`call to ${origin} failed (${stage}${code === undefined ? '' : `, ${code}`})`);
  }
}

/** The `code` of a system error when it is one word in capitals, so that no free text travels with it. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : undefined;
}
