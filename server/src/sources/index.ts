// Door of metric sources: reading them, and their routes. The pure part has a door of its own (`#sources/readings`).
import type { Ctx } from '#platform/ctx';
import { createOutgoing } from '#platform/http/outgoing';
import { instanceSecret } from '#platform/postgres/instance-secret';
import { readAll, type SourceDeps } from './sources.service.ts';

export { SourceError } from './prometheus.client.ts';
export { hasSource } from './sources.store.ts';
export { registerSources } from './sources.routes.ts';

export type Sources = SourceDeps & {
  /** Rows of each reading, in order. @throws SourceError */
  read(environmentId: number, asked: Parameters<typeof readAll>[3]): ReturnType<typeof readAll>;
};

/** @param secretKey seals tokens; without one a key is made and kept in the store */
export function openSources(
  ctx: Pick<Ctx, 'db'>,
  {
    secretKey,
    allowedPrivate,
  }: { readonly secretKey: string | undefined; readonly allowedPrivate: readonly string[] },
): Sources {
  let known = secretKey;
  const deps: SourceDeps = {
    sealKey: async () =>
      (known ??= (await instanceSecret(ctx.db, 'metric_sources')).toString('base64')),
    outgoing: createOutgoing({ allowedPrivate }),
  };
  return { ...deps, read: (environmentId, asked) => readAll(ctx, deps, environmentId, asked) };
}
