import { Body, Controller, Header, Headers, Param, Req } from '@nestjs/common';
import type { AuditKind } from '#libs/audit';
import { Callers } from '#libs/caller-auth';
import { requestIdOf, Route, type AnyRequest } from '#libs/http';
import { z } from 'zod';
import { UserId } from '../wire.js';
import { ListConnectionsUseCase, type ConnectionView } from './list-connections.use-case.js';

const Subject = z.strictObject({ user_id: UserId }).meta({ id: 'ConnectionsQuery' });
type Subject = z.infer<typeof Subject>;

interface Answer {
  readonly connections: ConnectionView[];
}

/** What this server may see of one of its users. The POST keeps the user's name out of addresses and their logs. */
@Controller()
export class ListConnectionsController {
  constructor(
    private readonly callers: Callers,
    private readonly connections: ListConnectionsUseCase,
  ) {}

  @Route<AuditKind>({ method: 'POST', path: '/connections/query', audit: { records: ['connection.listed'] } })
  @Header('Cache-Control', 'no-store')
  async query(
    @Headers('authorization') authorization: string | undefined,
    @Req() request: AnyRequest,
    @Body({ schema: Subject }) body: Subject,
  ): Promise<Answer> {
    return await this.list(authorization, body, request);
  }

  @Route<AuditKind>({
    method: 'GET',
    path: '/user/:user_id/connections',
    audit: { records: ['connection.listed'] },
  })
  @Header('Cache-Control', 'no-store')
  async get(
    @Headers('authorization') authorization: string | undefined,
    @Req() request: AnyRequest,
    @Param({ schema: Subject }) path: Subject,
  ): Promise<Answer> {
    return await this.list(authorization, path, request);
  }

  private async list(authorization: string | undefined, { user_id }: Subject, request: AnyRequest): Promise<Answer> {
    const caller = await this.callers.server(authorization);
    return { connections: await this.connections.execute(caller, user_id, requestIdOf(request)) };
  }
}
