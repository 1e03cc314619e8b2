import { Controller, Headers } from '@nestjs/common';
import { Callers } from '#libs/caller-auth';
import { Route } from '#libs/http';
import { ListProvidersUseCase, type ProviderView } from './list-providers.use-case.js';

@Controller()
export class ListProvidersController {
  constructor(
    private readonly callers: Callers,
    private readonly providers: ListProvidersUseCase,
  ) {}

  @Route({ method: 'GET', path: '/providers', audit: { unaudited: 'says what is offered and nothing about people' } })
  async handle(@Headers('authorization') authorization: string | undefined): Promise<{ providers: ProviderView[] }> {
    const caller = await this.callers.server(authorization);
    return { providers: await this.providers.execute(caller) };
  }
}
