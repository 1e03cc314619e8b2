import { Controller, Header, Headers, Param, Query, Req } from '@nestjs/common';
import type { AuditKind } from '#libs/audit';
import { Callers } from '#libs/caller-auth';
import { requestIdOf, Route, type AnyRequest } from '#libs/http';
import { AuditQueryParameters, EventPath, readAuditQuery, writeCursor } from './audit.schema.js';
import type { AuditEventView } from './audit-view.js';
import { QueryAuditUseCase } from './query-audit.use-case.js';

interface Page {
  readonly events: readonly AuditEventView[];
  readonly next_cursor?: string;
}

@Controller()
export class QueryAuditController {
  constructor(
    private readonly callers: Callers,
    private readonly audit: QueryAuditUseCase,
  ) {}

  @Route<AuditKind>({
    method: 'GET',
    path: '/audit/events',
    audit: { records: ['audit.queried', 'crypto.seal_broken'] },
  })
  @Header('Cache-Control', 'no-store')
  async list(
    @Headers('authorization') authorization: string | undefined,
    @Req() request: AnyRequest,
    @Query({ schema: AuditQueryParameters }) query: AuditQueryParameters,
  ): Promise<Page> {
    const auditor = await this.callers.auditor(authorization);
    const page = await this.audit.page(auditor, { ...readAuditQuery(query), requestId: requestIdOf(request) });
    return { events: page.events, ...(page.next !== undefined && { next_cursor: writeCursor(page.next) }) };
  }

  @Route<AuditKind>({
    method: 'GET',
    path: '/audit/events/:id',
    audit: { records: ['audit.read', 'crypto.seal_broken'] },
  })
  @Header('Cache-Control', 'no-store')
  async one(
    @Headers('authorization') authorization: string | undefined,
    @Req() request: AnyRequest,
    @Param({ schema: EventPath }) { id }: EventPath,
  ): Promise<AuditEventView> {
    const auditor = await this.callers.auditor(authorization);
    return await this.audit.one(auditor, id, requestIdOf(request));
  }
}
