// Turns a contract into Fastify routes: authenticate, validate every input with zod (nothing coerces),
// run the handler, send the answer.
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { z } from 'zod';
import { fail } from '#kernel/errors';
import type { RouteContract, RouteInput, RouteOutput } from '#kernel/http.contract';
import type { Scope } from '#kernel/scopes';
import type { Ctx, EnvironmentRef, ProjectCtx } from '#platform/ctx';

/** `ctx` of one request: the capabilities plus what authentication found. */
export type RequestCtx = Ctx & {
  readonly projectId: number | undefined;
  readonly environment: EnvironmentRef | undefined;
  /** The signed-in user or the owner of the API key; undefined on public routes. */
  readonly userId: string | undefined;
  /** Of that user. */
  readonly organizationId: number | undefined;
  /** Of the API key that asks; undefined for a signed-in user and on public routes. */
  readonly scopes: readonly Scope[] | undefined;
};

export type HttpDeps = {
  /** Finds out who asks and for which project; throws the right error when they may not. */
  authenticate(request: FastifyRequest, contract: RouteContract): Promise<RequestCtx>;
};

type Io = { readonly request: FastifyRequest; readonly reply: FastifyReply };

type Handler<C extends RouteContract> = (
  ctx: RequestCtx,
  input: RouteInput<C>,
  io: Io,
) => Promise<RouteOutput<C>>;

export type Handlers<R extends Record<string, RouteContract>> = {
  readonly [K in keyof R]: Handler<R[K]>;
};

/** Registers every route of a feature. A stream handler takes the reply over and returns nothing. */
export function registerRoutes<R extends Record<string, RouteContract>>(
  app: FastifyInstance,
  http: HttpDeps,
  routes: R,
  handlers: Handlers<R>,
): void {
  for (const [name, contract] of Object.entries(routes)) {
    const handler = handlers[name as keyof R] as Handler<RouteContract>;
    app.route({
      method: contract.method,
      url: contract.path,
      ...(contract.bodyLimitBytes === undefined ? {} : { bodyLimit: contract.bodyLimitBytes }),
      handler: handlerOf(http, contract, handler),
    });
  }
}

function handlerOf(
  http: HttpDeps,
  contract: RouteContract,
  handler: Handler<RouteContract>,
): RouteHandlerMethod {
  return async (request, reply) => {
    const ctx = await http.authenticate(request, contract);
    const input = {
      params: parse(contract.params, request.params),
      query: parse(contract.query, request.query),
      body: parse(contract.body, request.body ?? undefined),
    } as RouteInput<RouteContract>;
    const output: unknown = await handler(ctx, input, { request, reply });
    if (contract.stream || contract.file) return reply;
    reply.code(contract.status ?? 200);
    return contract.response ? output : reply.send();
  };
}

function parse(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined;
  refuseUnstorableText(value);
  return parseInput(schema, value);
}

/** What came in, as its schema says. @throws invalid_input or required naming the field */
export function parseInput<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (!issue) fail('invalid_input');
  const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...issue.path, ...(unknownKey === undefined ? [] : [unknownKey])].map(String);
  const isMissing = MISSING.has(issue.code) && issue.input === undefined && isAbsent(value, path);
  fail(isMissing ? 'required' : 'invalid_input', {
    detail:
      unknownKey === undefined
        ? isMissing
          ? 'This field is required.'
          : issue.message
        : 'This field is not known.',
    ...(path.length > 0 ? { attr: path.join('.') } : {}),
  });
}

/** What zod says about a field that is not there: by its type, as one of a list, or as one of several forms. */
const MISSING: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union']);

type Place = { readonly value: unknown; readonly key: string; readonly within?: Place };

/**
 * NUL and halves of surrogate pairs are legal in JSON, but PostgreSQL cannot keep them. Walks without
 * recursion: a body may be nested a hundred thousand deep.
 */
function refuseUnstorableText(input: unknown): void {
  const places: Place[] = [{ value: input, key: '' }];
  for (let place = places.pop(); place; place = places.pop()) {
    const { value } = place;
    if (typeof value === 'string' && !isStorable(value)) failAt(place);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (!isStorable(key)) failAt(place);
      places.push({ value: inner, key, within: place });
    }
  }
}

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

function failAt(place: Place): never {
  const path: string[] = [];
  for (let at = place; at.within; at = at.within) path.unshift(at.key);
  fail('invalid_input', {
    detail: 'The text holds a NUL character or half of a surrogate pair.',
    ...(path.length > 0 ? { attr: path.join('.') } : {}),
  });
}

function isAbsent(value: unknown, path: readonly string[]): boolean {
  let at: unknown = value;
  for (const key of path) {
    // A text that was read as JSON, for example: what lacks something in it is there.
    if (typeof at !== 'object' || at === null) return false;
    at = (at as Record<string, unknown>)[key];
  }
  return at === undefined;
}

/** Narrows the ctx of a route below `/api/projects/:project_id/`. */
export function projectCtx(ctx: RequestCtx): ProjectCtx {
  if (ctx.projectId === undefined || ctx.environment === undefined) {
    throw new Error('projectCtx() on a route without :project_id');
  }
  return { ...ctx, projectId: ctx.projectId, environment: ctx.environment };
}
