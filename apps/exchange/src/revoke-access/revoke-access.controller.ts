import { Body, Controller, Header, Headers, Req } from '@nestjs/common';
import type { AuditKind } from '#libs/audit';
import { Callers } from '#libs/caller-auth';
import { requestIdOf, Route, type AnyRequest } from '#libs/http';
import { Secret } from '#libs/kernel';
import { Revocations, type RevocationResult, type RevokedBy } from '#libs/revocation';
import { RevokeRequest } from './revoke-access.schema.js';

export interface RevokeAnswer {
  readonly revoked: boolean;
  readonly upstream: RevocationResult['upstream'];
  /** RFC 3339: until when a token that is already out may live, where the provider cannot end it. */
  readonly token_lives_until?: string;
}

/** `POST /token/revoke`: this server gives up its access, or has one token killed (RFC 7009 for unknown tokens). */
@Controller()
export class RevokeAccessController {
  constructor(
    private readonly callers: Callers,
    private readonly revocations: Revocations,
  ) {}

  @Route<AuditKind>({ method: 'POST', path: '/token/revoke', audit: { records: ['token.revoke'] } })
  @Header('Cache-Control', 'no-store')
  async handle(
    @Headers('authorization') authorization: string | undefined,
    @Req() request: AnyRequest,
    @Body({ schema: RevokeRequest }) body: RevokeRequest,
  ): Promise<RevokeAnswer> {
    const { serverId, keyId } = await this.callers.server(authorization);
    const by: RevokedBy = { actor: 'server', keyId, requestId: requestIdOf(request) };
    const result =
      'token' in body
        ? await this.revocations.killToken({ serverId, token: new Secret(body.token) }, by)
        : await this.revocations.giveUpAccess(
            { serverId, subject: body.user_id, provider: body.provider, consentId: body.connection_id },
            by,
          );
    return answer(result);
  }
}

function answer({ revoked, upstream, tokenLivesUntil }: RevocationResult): RevokeAnswer {
  return { revoked, upstream, ...(tokenLivesUntil && { token_lives_until: tokenLivesUntil.toISOString() }) };
}
