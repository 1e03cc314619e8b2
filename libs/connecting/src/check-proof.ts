import { constantTimeEqual, normaliseCode, sha256 } from '#libs/crypto';
import { giveTryBack, takeTry, type ConnectSessionRow, type Sql } from '#libs/persistence';
import type { CompleteRequest } from './complete-request.js';

/** In what the one who came back differs from the one who was to come. */
export type Mismatch = 'other_subject' | 'completion_code' | 'binding_nonce' | 'typed_code_wrong' | 'typed_code_tries';

/** Whether the code, and the browser's nonce where there is a binding, are those of this session. */
export async function checkProof(
  sql: Sql,
  { session, proven }: { readonly session: ConnectSessionRow; readonly proven: boolean },
  { completionCode, bindingNonce }: CompleteRequest,
): Promise<Mismatch | undefined> {
  if (session.typedCodeHash) return await checkTyped(sql, session, session.typedCodeHash, completionCode);
  // Neither code was made where the opener was the subject already; the server then has nothing to prove.
  if (!session.completionCodeHash) return proven ? undefined : 'completion_code';
  if (!constantTimeEqual(sha256(completionCode), session.completionCodeHash)) return 'completion_code';
  if (!session.binding) return 'binding_nonce';
  // The server never stored the nonce: whoever only repeats what it stored cannot get here.
  return constantTimeEqual(sha256(bindingNonce ?? ''), session.binding) ? undefined : 'binding_nonce';
}

async function checkTyped(
  sql: Sql,
  session: ConnectSessionRow,
  expected: Buffer,
  typed: string,
): Promise<Mismatch | undefined> {
  const code = normaliseCode(typed);
  const right = code !== undefined && constantTimeEqual(sha256(code.reveal()), expected);
  if (session.status !== 'held') return right ? undefined : 'typed_code_wrong';
  // The try is taken before the answer is known to anybody, so that many guesses at once are not many tries at once.
  const left = await takeTry(sql, session.id);
  if (left === undefined) return 'typed_code_tries';
  if (right) {
    await giveTryBack(sql, session.id);
    return undefined;
  }
  return left === 0 ? 'typed_code_tries' : 'typed_code_wrong';
}
