// Reads a request's body without Fastify, within a limit.
import type { IncomingMessage } from 'node:http';
import { SerinError } from '#kernel/errors';

/**
 * The bytes of the body.
 * @throws payload_too_large as soon as the limit is passed (the rest is not read), invalid_payload when the
 *   client leaves before the end
 */
export function readRawBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = (): SerinError =>
      new SerinError('payload_too_large', {
        detail: `The body has more than ${limitBytes} bytes, the limit here.`,
      });
    if (Number(request.headers['content-length']) > limitBytes) {
      reject(tooLarge());
      return;
    }
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= limitBytes) {
        chunks.push(chunk);
        return;
      }
      request.pause();
      reject(tooLarge());
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('error', (cause) => {
      reject(new SerinError('invalid_payload', { detail: 'The body ended early.', cause }));
    });
  });
}
