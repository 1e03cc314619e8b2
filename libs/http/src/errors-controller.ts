import { Controller, Header, Param } from '@nestjs/common';
import { Failure } from '#libs/kernel';
import { z } from 'zod';
import { isFailureCode } from './catalogue.js';
import { codePage, pagePolicy } from './error-page.js';
import { Route } from './route.js';
import { text } from './text.js';

const Code = z.strictObject({ code: text({ max: 64 }) });
type Code = z.infer<typeof Code>;

/** The pages to which every error's `error_uri` leads. */
@Controller()
export class ErrorsController {
  @Route({
    method: 'GET',
    path: '/errors/:code',
    audit: { unaudited: 'a page of documentation, the same for everybody' },
  })
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', pagePolicy)
  @Header('Cache-Control', 'public, max-age=3600')
  show(@Param({ schema: Code }) { code }: Code): string {
    if (!isFailureCode(code)) throw new Failure('not_found', 'code: no error has this name');
    return codePage(code);
  }
}
