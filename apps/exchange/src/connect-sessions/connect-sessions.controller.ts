import { Body, Controller, Header, Headers, Param, Req } from '@nestjs/common';
import type { AuditKind } from '#libs/audit';
import { Callers } from '#libs/caller-auth';
import { CompleteConnectSession, OpenConnectSession, ReadConnectSession } from '#libs/connecting';
import { requestIdOf, Route, text, type AnyRequest } from '#libs/http';
import { z } from 'zod';
import { ConnectionId, idOf, ProviderSlug, Scopes, UserId } from '../wire.js';
import { completedView, openedView, sessionView } from './session-view.js';

const binding = text({
  max: 43,
  pattern: /^[A-Za-z0-9_-]{43}$/,
  must: 'must be a SHA-256 in base64url (43 characters)',
})
  .transform((value) => Buffer.from(value, 'base64url'))
  .meta({ description: "SHA-256 of a nonce that is in the person's browser as a cookie of your site." });

export const ConnectSessionRequest = z
  .strictObject({
    user_id: UserId,
    provider: ProviderSlug,
    scopes: Scopes.optional(),
    return_url: text({ max: 2000 }).optional(),
    binding: binding.optional(),
    connection_id: ConnectionId.optional().meta({ description: 'Renews this connection instead of adding one.' }),
  })
  .meta({ id: 'ConnectSessionRequest' });
export type ConnectSessionRequest = z.infer<typeof ConnectSessionRequest>;

export const CompleteRequest = z
  .strictObject({
    user_id: UserId,
    completion_code: text({ max: 128 }),
    binding_nonce: text({ max: 128 }).optional(),
  })
  .meta({ id: 'CompleteConnectSessionRequest' });
export type CompleteRequest = z.infer<typeof CompleteRequest>;

const SessionPath = z.strictObject({ id: idOf('connectSession', 'cst') });
type SessionPath = z.infer<typeof SessionPath>;

/** Connect sessions as a server sees them: make a link, look how far it got, confirm who came back. */
@Controller()
export class ConnectSessionsController {
  constructor(
    private readonly callers: Callers,
    private readonly opening: OpenConnectSession,
    private readonly reading: ReadConnectSession,
    private readonly completing: CompleteConnectSession,
  ) {}

  @Route<AuditKind>({
    method: 'POST',
    path: '/connect/sessions',
    status: 201,
    audit: { records: ['connect.session_opened'] },
  })
  @Header('Cache-Control', 'no-store')
  async open(
    @Headers('authorization') authorization: string | undefined,
    @Req() request: AnyRequest,
    @Body({ schema: ConnectSessionRequest }) body: ConnectSessionRequest,
  ) {
    const caller = await this.callers.server(authorization);
    const session = await this.opening.execute({
      server: { id: caller.serverId, organizationId: caller.organizationId },
      subject: body.user_id,
      provider: body.provider,
      scopes: body.scopes,
      returnUrl: body.return_url,
      binding: body.binding,
      kind: body.connection_id === undefined ? 'connect' : 'reconnect',
      origin: 'api',
      renewsConsentId: body.connection_id,
      keyId: caller.keyId,
      requestId: requestIdOf(request),
    });
    return openedView(session);
  }

  @Route({
    method: 'GET',
    path: '/connect/sessions/:id',
    audit: { unaudited: 'a server polls its own session; every step of it is on record' },
  })
  @Header('Cache-Control', 'no-store')
  async read(
    @Headers('authorization') authorization: string | undefined,
    @Param({ schema: SessionPath }) { id }: SessionPath,
  ) {
    const { serverId } = await this.callers.server(authorization);
    return sessionView(await this.reading.execute({ serverId, id }));
  }

  @Route<AuditKind>({
    method: 'POST',
    path: '/connect/sessions/:id/complete',
    audit: { records: ['connect.completed', 'connect.failed', 'connect.link_user_mismatch'] },
  })
  @Header('Cache-Control', 'no-store')
  async complete(
    @Headers('authorization') authorization: string | undefined,
    @Req() request: AnyRequest,
    @Param({ schema: SessionPath }) { id }: SessionPath,
    @Body({ schema: CompleteRequest }) body: CompleteRequest,
  ) {
    const { serverId, keyId } = await this.callers.server(authorization);
    const completed = await this.completing.execute({
      serverId,
      keyId,
      id,
      subject: body.user_id,
      completionCode: body.completion_code,
      bindingNonce: body.binding_nonce,
      requestId: requestIdOf(request),
    });
    return completedView(completed);
  }
}
