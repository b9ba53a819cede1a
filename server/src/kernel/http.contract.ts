// The shape in which every feature declares its HTTP routes. Fastify validates with it, OpenAPI is
// generated from it, the web client's types are inferred from it.
import { z } from 'zod';
import type { Scope } from './scopes.ts';

type HttpMethod = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/**
 * Who may call a route.
 * - `public`: nobody is asked (set-up, login, health).
 * - `session`: a signed-in user in the browser only (never an API key): key management.
 * - a scope such as `feature_flag:read`: a session, or a personal API key that holds it.
 */
type RouteAuth = 'public' | 'session' | Exclude<Scope, '*'>;

export type RouteContract = {
  readonly method: HttpMethod;
  /** Fastify path; management paths start `/api/projects/:project_id/`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly auth: RouteAuth;
  readonly params?: z.ZodType;
  /** Query strings arrive as text: use z.stringbool() and explicit number parsing, never z.coerce. */
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Type of the body when it is not JSON; it then arrives as text. */
  readonly consumes?: 'text/csv';
  /** Largest body, where the usual limit is too small. */
  readonly bodyLimitBytes?: number;
  /** Success status, 200 unless said. */
  readonly status?: 200 | 201 | 202 | 204;
  /** JSON of the success answer; absent for 204 and for streams. */
  readonly response?: z.ZodType;
  /** The answer is a server-sent event stream. */
  readonly stream?: true;
  /** The answer is a file of one of these content types, which the handler sends itself. */
  readonly file?: readonly string[];
};

/** Declares one route; keeps the literal types so that clients can infer from it. */
export function route<const T extends RouteContract>(contract: T): T {
  return contract;
}

type Inferred<T> = T extends z.ZodType ? z.output<T> : undefined;
/** What a handler receives for a contract. */
export type RouteInput<T extends RouteContract> = {
  readonly params: Inferred<T['params']>;
  readonly query: Inferred<T['query']>;
  readonly body: Inferred<T['body']>;
};
/** What a handler returns for a contract. */
export type RouteOutput<T extends RouteContract> = T['response'] extends z.ZodType
  ? z.input<T['response']>
  : void;

/** `:project_id` of every management path: the number, or `@current` for the key's project. */
export const ProjectParams = z.object({ project_id: z.string() });
/** `?environment=` by key (default: production). */
export const EnvironmentQuery = z.object({ environment: z.string().max(100).optional() });

/** Whether a route works in one environment, chosen by `?environment=`. */
export function takesEnvironment({ query }: RouteContract): boolean {
  return query instanceof z.ZodObject && 'environment' in query.shape;
}

/** A whole number in a query string, within bounds. */
export function queryInt(min: number, max: number) {
  return z
    .string()
    .regex(/^-?\d{1,15}$/, 'Must be a whole number.')
    .transform(Number)
    .pipe(z.number().int().min(min).max(max));
}

/** JSON text in a query string, as PostHog's API takes lists and objects. */
export function queryJson<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .max(4_000)
    .transform((text, ctx): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        ctx.addIssue({ code: 'custom', message: 'Must be JSON.' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** An ISO 8601 time or date in a query string, as milliseconds since the epoch; without a zone it is UTC. */
export function queryInstant() {
  return z
    .string()
    .max(40)
    .transform((text, context): number => {
      const form = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/;
      const isZoned = /T.*(?:Z|[+-]\d\d:\d\d)$/.test(text) || !text.includes('T');
      const ms = form.test(text) ? Date.parse(isZoned ? text : `${text}Z`) : Number.NaN;
      if (Number.isNaN(ms)) {
        context.addIssue({ code: 'custom', message: 'Must be an ISO 8601 time.' });
        return z.NEVER;
      }
      return ms;
    });
}

/** One page of a list. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({
    count: z.number().int(),
    next: z.string().nullable(),
    previous: z.string().nullable(),
    results: z.array(item),
  });
}

/** Someone with an account, as PostHog's API shows people who made or changed a thing. */
export const UserBody = z.object({
  id: z.string(),
  uuid: z.string(),
  first_name: z.string(),
  email: z.string(),
});

/** The wire form of a user. */
export function toUserBody(
  user: { readonly id: string; readonly name: string; readonly email: string } | null,
): z.input<typeof UserBody> | null {
  return user && { id: user.id, uuid: user.id, first_name: user.name, email: user.email };
}
