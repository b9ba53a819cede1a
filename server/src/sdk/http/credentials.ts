// The keys that a request carries in its headers, however its SDK sends them: `Authorization: Bearer …`, the bare
// key there (ofrep-web-provider's README), `X-API-Key` (OFREP) and `api-key` (OpenTelemetry collectors).

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const KEY_HEADERS = ['x-api-key', 'api-key'] as const;
const SCHEME = /^(?:Bearer|Token|Api-Key) +(\S+)\s*$/i;

/** Every key once, in no particular order; empty when there is none. */
export function keysOf(headers: Headers): readonly string[] {
  const { authorization } = headers;
  const keys: string[] = [];
  if (typeof authorization === 'string' && authorization !== '') {
    keys.push(SCHEME.exec(authorization)?.[1] ?? authorization.trim());
  }
  for (const name of KEY_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '' && !keys.includes(value)) keys.push(value.trim());
  }
  return keys;
}
