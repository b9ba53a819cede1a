// People who ask the application under test: with a key, or signed in like a browser.
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';

/** Asks; the body of the answer is parsed JSON (undefined when empty). */
export type Ask = (
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  url: string,
  body?: unknown,
) => Promise<{ status: number; body: any }>; // oxlint-disable-line typescript/no-explicit-any -- tests read fields of any answer

/** Somebody who is signed in in a browser. */
export type TestPerson = {
  readonly id: string;
  readonly cookie: string;
  readonly ask: Ask;
};

/** Asks with these headers. */
export function askAs(app: FastifyInstance, headers: Record<string, string>): Ask {
  return async (method, url, body) => {
    const response = await app.inject({
      method,
      url,
      headers,
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const parsed: unknown = response.body === '' ? undefined : response.json();
    return { status: response.statusCode, body: parsed };
  };
}

type Login = { readonly email: string; readonly password: string };

export async function signIn(
  app: FastifyInstance,
  { email, password }: Login,
): Promise<TestPerson> {
  const payload = { email, password };
  return personOf(app, await app.inject({ method: 'POST', url: '/api/login/', payload }));
}

export async function joinBy(
  app: FastifyInstance,
  host: Login,
  email: string,
): Promise<TestPerson> {
  const { ask } = await signIn(app, host);
  const { body } = await ask('POST', '/api/organization/invites/', { email });
  const payload = { token: body.token, name: email.split('@', 1)[0], password: 'battery staple' };
  return personOf(app, await app.inject({ method: 'POST', url: '/api/invites/accept/', payload }));
}

function personOf(app: FastifyInstance, answer: LightMyRequestResponse): TestPerson {
  if (answer.statusCode >= 300) throw new Error(`Signing in: ${answer.body}`);
  const cookie = String(answer.headers['set-cookie']);
  return { id: answer.json<{ id: string }>().id, cookie, ask: askAs(app, { cookie }) };
}
