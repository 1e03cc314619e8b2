import 'reflect-metadata';
import { Controller, Get } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { silentLogger } from '#libs/telemetry';
import { auditedRoutes, methodsAt } from './audited-routes.js';
import { fastifyEdgeOptions } from './fastify-edge.js';
import { GreetingController } from './edge.fixture.js';
import { installEdge } from './install-edge.js';

@Controller()
class CarelessController {
  @Get('/careless')
  careless(): string {
    return 'nobody will ever know';
  }
}

const settings = { logger: silentLogger, exchangeUrl: 'http://localhost:4001', ownUrl: 'http://localhost:4001' };

function create(...controllers: (new () => object)[]) {
  class TestModule {}
  const adapter = new FastifyAdapter(fastifyEdgeOptions(settings));
  return NestFactory.create({ module: TestModule, controllers }, adapter, { logger: false });
}

describe('audit policies of routes', () => {
  it('are listed for every route', async () => {
    const routes = auditedRoutes(await create(GreetingController));
    expect(routes).toHaveLength(5);
    expect(routes[0]).toMatchObject({
      method: 'POST',
      path: '/greet',
      audit: { records: ['greeted'] },
      handler: 'GreetingController.greet',
    });
  });

  it('are a duty: an app with a route that has none does not start', async () => {
    const app = await create(GreetingController, CarelessController);
    expect(() => installEdge(app, settings)).toThrow('CarelessController.careless');
  });

  it('are a duty for the compiler too', async () => {
    const { Route } = await import('./route.js');
    // @ts-expect-error a route without an audit policy
    Route({ method: 'GET', path: '/x' });
    // @ts-expect-error a policy that records nothing and gives no reason
    Route({ method: 'GET', path: '/x', audit: { records: [] } });
    // @ts-expect-error a kind of event that does not exist
    Route<'exchanged'>({ method: 'GET', path: '/x', audit: { records: ['exchangd'] } });
    expect(Route({ method: 'GET', path: '/x', audit: { unaudited: 'a test' } })).toBeInstanceOf(Function);
  });

  it('refuses a Fastify adapter without the limits that cannot be set later', async () => {
    class TestModule {}
    const app = await NestFactory.create({ module: TestModule }, new FastifyAdapter(), { logger: false });
    expect(() => installEdge(app, settings)).toThrow('fastifyEdgeOptions');
  });

  it('tell which methods a path knows', async () => {
    const routes = auditedRoutes(await create(GreetingController));
    expect(methodsAt(routes, '/user/u%2F1/page?x=1')).toEqual(['GET']);
    expect(methodsAt(routes, '/user//page')).toEqual([]);
    expect(methodsAt(routes, '/user/u/page/more')).toEqual([]);
  });
});
