import { Controller, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Route } from '#libs/http';
import { style, stylePath } from './style.js';

@Controller()
export class StyleController {
  @Route({ method: 'GET', path: stylePath, audit: { unaudited: 'a style sheet' } })
  css(@Res() response: Response): void {
    response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    response.type('css').send(style);
  }
}
