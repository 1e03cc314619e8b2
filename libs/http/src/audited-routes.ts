import type { INestApplication } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { routeMetadata, type RouteOptions } from './route.js';

export interface AuditedRoute extends RouteOptions {
  /** `Controller.method`, for whoever reads the list. */
  readonly handler: string;
}

/** All routes of an app with their audit policies. Throws when a handler answers a path without `Route`. */
export function auditedRoutes(app: INestApplication): readonly AuditedRoute[] {
  const modules = [...app.get(ModulesContainer, { strict: false }).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => (typeof metatype === 'function' ? routesOf(metatype) : []));
}

function routesOf(controller: { readonly name: string; readonly prototype?: object }): AuditedRoute[] {
  const prototype = controller.prototype as Record<string, object>;
  const handlers = new MetadataScanner().getAllMethodNames(prototype);
  return handlers.flatMap((name) => {
    const method = prototype[name];
    if (!method || Reflect.getMetadata(PATH_METADATA, method) === undefined) return [];
    const options = Reflect.getMetadata(routeMetadata, method) as RouteOptions | undefined;
    const handler = `${controller.name}.${name}`;
    if (!options) throw new Error(`${handler} answers requests without an audit policy: declare it with Route`);
    return [{ ...options, handler }];
  });
}

/** The methods that a path would answer to; none when no route has it. */
export function methodsAt(routes: readonly AuditedRoute[], url: string): string[] {
  const segments = (url.split('?', 1)[0] ?? '').split('/');
  const fits = ({ path }: AuditedRoute) => {
    const parts = `/${path.replace(/^\//, '')}`.split('/');
    return (
      parts.length === segments.length &&
      parts.every((part, i) => (part.startsWith(':') ? segments[i] !== '' : part === segments[i]))
    );
  };
  return [...new Set(routes.filter(fits).map(({ method }) => method))].sort();
}
