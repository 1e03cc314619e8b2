import { applyDecorators, HttpCode, RequestMapping, RequestMethod, SetMetadata } from '@nestjs/common';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a route leaves in the audit log, or the reason why nothing. There is no third way, and no default. */
export type AuditPolicy<Kind extends string = string> =
  { readonly records: readonly [Kind, ...Kind[]] } | { readonly unaudited: string };

export interface RouteOptions<Kind extends string = string> {
  readonly method: Method;
  /** The whole path from the root, with `:name` for parameters. */
  readonly path: string;
  readonly audit: AuditPolicy<Kind>;
  /** Status of a good answer; 200 unless given, for POST too. */
  readonly status?: number;
}

export const routeMetadata = 'token-exchanger:route';

/** Makes a method answer a route. `Route<EventKind>({...})` lets the compiler check the kinds of events as well. */
export function Route<Kind extends string = string>(options: RouteOptions<Kind>): MethodDecorator {
  return applyDecorators(
    RequestMapping({ method: RequestMethod[options.method], path: options.path }),
    HttpCode(options.status ?? 200),
    SetMetadata(routeMetadata, options),
  );
}
