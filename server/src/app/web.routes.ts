// Serves the built web app: hashed assets for ever, the page itself always fresh, and the page for every
// address that is one of its own.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail } from '#kernel/errors';
import { appPolicy, playerPolicy } from './web-policy.ts';

const WEB_ROOT = fileURLToPath(new URL('../../web/', import.meta.url));

/** What belongs to the API or the SDKs; a wrong address there is an error, not a page. */
const NOT_A_PAGE =
  /^\/(api|static|array|flags|decide|e|i|batch|capture|track|engage|s|ofrep|assets)(\/|$)/;

/** Where browsers reach the app, and where the player of recordings, when that is another origin. */
export type WebOrigins = {
  readonly publicUrl?: string | undefined;
  readonly replayOrigin?: string | undefined;
};

export async function registerWeb(app: FastifyInstance, origins: WebOrigins): Promise<void> {
  const policy = appPolicy(origins.replayOrigin);
  const isBuilt = existsSync(`${WEB_ROOT}index.html`);
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: WEB_ROOT,
      index: false,
      preCompressed: true,
      setHeaders: (reply, path) => {
        const isHashed = path.includes('/assets/');
        reply.header(
          'cache-control',
          isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
        reply.header('x-content-type-options', 'nosniff');
      },
    });
    // The folder itself: the file server would refuse to list it.
    app.get('/', (_request, reply) => sendPage(reply, policy));
    // By the name of its file, a document would be had without its policy.
    app.get('/index.html', (_request, reply) => sendPage(reply, policy));
    registerPlayer(app, origins);
  }
  app.setNotFoundHandler((request, reply) => {
    if (!isPage(request)) fail('not_found', { detail: `There is nothing at ${pathOf(request)}.` });
    return isBuilt ? sendPage(reply, policy) : sendUnbuilt(reply);
  });
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '/';

function isPage(request: FastifyRequest): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return isRead && !NOT_A_PAGE.test(pathOf(request));
}

/** Pages of public links: for those who have the link, whose address goes nowhere else. */
const SHARED_PAGE = /^\/shared\//;

function sendPage(reply: FastifyReply, policy: string): FastifyReply {
  const isShared = SHARED_PAGE.test(pathOf(reply.request));
  if (isShared) reply.header('x-robots-tag', 'noindex, nofollow');
  return reply
    .header('content-security-policy', policy)
    .header('referrer-policy', isShared ? 'no-referrer' : 'same-origin')
    .header('x-content-type-options', 'nosniff')
    .sendFile('index.html', { maxAge: 0, cacheControl: false });
}

/** The document that plays recordings, with a policy of its own. */
function registerPlayer(app: FastifyInstance, { publicUrl, replayOrigin }: WebOrigins): void {
  const appOrigin = replayOrigin && publicUrl ? new URL(publicUrl).origin : undefined;
  const elsewhere = replayOrigin === undefined ? undefined : new URL(replayOrigin).host;
  app.get<{ Querystring: { assets?: string } }>('/replay-player', (request, reply) => {
    reply.header('referrer-policy', 'no-referrer').header('x-content-type-options', 'nosniff');
    if (elsewhere !== undefined && request.host !== elsewhere) {
      return reply.redirect(`${replayOrigin}${request.url}`, 302);
    }
    const loadsAssets = request.query.assets === 'remote';
    return reply
      .header('content-security-policy', playerPolicy({ loadsAssets, appOrigin }))
      .header('x-robots-tag', 'noindex, nofollow')
      .sendFile('replay-player.html', { maxAge: 0, cacheControl: false });
  });
  app.get('/replay-player.html', (_request, reply) => reply.redirect('/replay-player', 302));
}

function sendUnbuilt(reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .type('text/plain; charset=utf-8')
    .send('The web app is not built. In the checkout, "npm run build" builds it.\n');
}
