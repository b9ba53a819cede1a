// The one way to the server. Requests and answers are typed by the contracts that the server validates
// with; method and path of each route come from the same contracts at build time (vite.config.ts).
import type { Api } from 'serin/contract';

declare const __SERIN_ROUTES__: Readonly<Record<string, string>>;

type In<S> = S extends { readonly _zod: { readonly input: infer I } } ? I : never;
type Out<S> = S extends { readonly _zod: { readonly output: infer O } } ? O : never;
/** What is sent is only read, so readonly data is welcome. */
type DeepReadonly<T> = T extends object
  ? string extends keyof T
    ? T
    : { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T;
/** Path and query values travel as text, so numbers may be handed in as they are. */
type Texts<I> = { [K in keyof I]: string extends I[K] ? I[K] | number : I[K] };

export type RouteName = {
  [F in keyof Api]: `${F}.${Extract<keyof Api[F], string>}`;
}[keyof Api];
type Contract<N extends RouteName> = N extends `${infer F extends keyof Api}.${infer R}`
  ? R extends keyof Api[F]
    ? Api[F][R]
    : never
  : never;

type Params<C> = C extends { readonly params: infer S }
  ? { readonly params: Texts<In<S>> }
  : { readonly params?: undefined };
type Query<C> = C extends { readonly query: infer S }
  ? { readonly query?: Texts<In<S>> }
  : { readonly query?: undefined };
type Body<C> = C extends { readonly body: infer S }
  ? { readonly body: DeepReadonly<In<S>> }
  : { readonly body?: undefined };

/** What a call of a route needs. */
export type RequestOf<N extends RouteName> = Request<Contract<N>>;
/** Route by route: parts of all routes, each with each, would be more types than the checker bears. */
type Request<C> = C extends unknown ? Params<C> & Query<C> & Body<C> : never;
/** What a route answers with; undefined for those without content. */
export type ResponseOf<N extends RouteName> =
  Contract<N> extends { readonly response: infer S } ? Out<S> : undefined;

/** An answer other than success. `status` 0: the server could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** The field at fault (dotted path), or null. */
  readonly attr: string | null;
  readonly requestId: string | null;

  constructor(status: number, body: Partial<Record<string, string | null>>) {
    super(body['detail'] ?? 'The server gave no reason.');
    this.name = 'ApiError';
    this.status = status;
    this.code = body['code'] ?? 'unknown';
    this.attr = body['attr'] ?? null;
    this.requestId = body['request_id'] ?? null;
  }
}

let onSignedOut = (): void => {};

/** Sets what happens when the session has ended (401 on any call but login itself). */
export function setSignedOutHandler(handler: () => void): void {
  onSignedOut = handler;
}

function routeOf(name: RouteName): { method: string; path: string } {
  const [method = '', path = ''] = __SERIN_ROUTES__[name]?.split(' ') ?? [];
  return { method, path };
}

/** The address of a route, for calls and for event streams. */
export function urlOf(
  name: RouteName,
  params: Readonly<Record<string, string | number>> = {},
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const path = routeOf(name).path.replace(/:(\w+)/g, (_, key: string) =>
    encodeURIComponent(params[key] ?? ''),
  );
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(key, String(value));
  }
  return search.size > 0 ? `${path}?${search}` : path;
}

/**
 * Calls a route: `await call('flags.list', { params: { project_id: '1' } })`.
 * @throws ApiError for every answer but success, and when the server cannot be reached.
 */
export async function call<N extends RouteName>(
  name: N,
  request: RequestOf<N> & { readonly signal?: AbortSignal },
): Promise<ResponseOf<N>> {
  const { method } = routeOf(name);
  const response = await fetch(urlOf(name, request.params, request.query), {
    method,
    credentials: 'same-origin',
    signal: request.signal ?? null,
    ...sent(request.body),
  }).catch((error: unknown) => {
    if (request.signal?.aborted) throw error;
    throw new ApiError(0, { code: 'unreachable', detail: 'The server did not answer.' });
  });
  if (response.status === 204) return undefined as ResponseOf<N>;
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as ResponseOf<N>;
  if (response.status === 401 && name !== 'accounts.logIn') onSignedOut();
  throw new ApiError(response.status, (body ?? {}) as Record<string, string | null>);
}

/** A text is the content of a CSV file, everything else JSON. */
function sent(body: unknown): Pick<RequestInit, 'body' | 'headers'> {
  if (body === undefined) return {};
  if (typeof body === 'string') return { body, headers: { 'content-type': 'text/csv' } };
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

/** A failure in a title and a sentence. */
export function describeError(error: unknown): { title: string; detail: string } {
  if (!(error instanceof ApiError)) {
    return { title: 'Something went wrong', detail: error instanceof Error ? error.message : '' };
  }
  if (error.status === 0) {
    return {
      title: 'Serin cannot be reached',
      detail: 'Check that the server runs and that you are online, then try again.',
    };
  }
  const titles: Record<number, string> = {
    403: 'You may not do this',
    404: 'Not found',
    409: 'Changed by someone else meanwhile',
    503: 'Not available right now',
  };
  // By code where the status alone would tell a wrong story.
  const title = error.code === 'has_dependents' ? 'Others need it' : titles[error.status];
  const id = error.status >= 500 && error.requestId ? ` Request ${error.requestId}.` : '';
  return {
    title: title ?? (error.status >= 500 ? 'The server failed' : 'Not accepted'),
    detail: `${error.message}${id}`,
  };
}
