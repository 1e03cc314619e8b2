import type { Socket } from 'node:net';
import { newId, systemClock, systemRandom } from '#libs/kernel';
import { answerFor } from './answer.js';
import type { EdgeSettings } from './edge.js';
import { refusalOf } from './edge-refusal.js';

const statuses: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };
const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** Bytes that are not HTTP never become a request, so the answer is written by hand, in the same shape as all others. */
export function unreadableRequest(error: NodeJS.ErrnoException, socket: Socket, settings: EdgeSettings): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { clock = systemClock, random = systemRandom, exchangeUrl } = settings;
  const requestId = newId(clock, random);
  const status = statuses[error.code ?? ''] ?? 400;
  const body = JSON.stringify(answerFor(refusalOf(status), { requestId, exchangeUrl }).body);
  const head = [
    `HTTP/1.1 ${status} ${reasons[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
