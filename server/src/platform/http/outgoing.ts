// Requests to addresses that users type in (webhooks, chat services). They reach no private network unless
// that is allowed: every address a name resolves to is checked at the moment of connecting, so a name that
// changes its mind between check and use gains nothing. No redirects, bounded time and answer.
import { lookup as resolveName } from 'node:dns';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, type LookupFunction, isIP } from 'node:net';
import type { OutgoingRequest } from '#kernel/outgoing';

/** Networks that are not the public internet: IANA special-purpose registries (RFC 6890 and successors). */
const PRIVATE_NETWORKS: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
];

const DEFAULT_TIMEOUT_MS = 15_000;
/** What is kept of an answer unless more is asked for: enough for a person to see what was wrong. */
const MAX_ANSWER_BYTES = 2048;

type SendLimits = { readonly timeoutMs?: number; readonly maxAnswerBytes?: number };

/** Which private addresses may be reached all the same. */
export type OutgoingPolicy = {
  /** Host names, addresses or networks (`10.1.0.0/16`). */
  readonly allowedPrivate: readonly string[];
};

type OutgoingAnswer = {
  readonly status: number;
  /** From Retry-After in seconds, null when absent or a date. */
  readonly retryAfterMs: number | null;
  /** As much as was asked for. */
  readonly body: string;
};

/**
 * Nothing was answered. `blocked` will not change by trying again; `unreached` has certainly not arrived; of `network`
 * nobody knows.
 */
export class OutgoingError extends Error {
  readonly kind: 'blocked' | 'unreached' | 'network';

  constructor(kind: OutgoingError['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export type Outgoing = {
  /** @throws OutgoingError */
  send(request: OutgoingRequest, limits?: SendLimits): Promise<OutgoingAnswer>;
};

/** A sender under a policy. */
export function createOutgoing(policy: OutgoingPolicy): Outgoing {
  const guard = addressGuard(policy);
  return {
    send: (request, limits = {}) => send(request, limits, guard),
  };
}

type Guard = { mayReach(host: string, address: string): boolean };

function addressGuard({ allowedPrivate }: OutgoingPolicy): Guard {
  const blocked = new BlockList();
  for (const [network, prefix] of PRIVATE_NETWORKS)
    blocked.addSubnet(network, prefix, familyOf(network));
  const allowed = new BlockList();
  const names = new Set<string>();
  for (const entry of allowedPrivate) {
    const [address = '', prefix] = entry.split('/');
    if (isIP(address) === 0) names.add(entry.toLowerCase());
    else if (prefix === undefined) allowed.addAddress(address, familyOf(address));
    else allowed.addSubnet(address, Number(prefix), familyOf(address));
  }
  return {
    mayReach(host, address) {
      if (names.has(host.toLowerCase())) return true;
      const family = familyOf(address);
      return !blocked.check(address, family) || allowed.check(address, family);
    },
  };
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

function targetOf(text: string): URL {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new OutgoingError('blocked', 'The address is not an http or https URL.');
  if (url.username !== '' || url.password !== '')
    throw new OutgoingError('blocked', 'The address holds a user name or password.');
  return url;
}

async function send(
  request: OutgoingRequest,
  { timeoutMs = DEFAULT_TIMEOUT_MS, maxAnswerBytes = MAX_ANSWER_BYTES }: SendLimits,
  guard: Guard,
): Promise<OutgoingAnswer> {
  const url = targetOf(request.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A literal address is connected to without a look-up.
  if (isIP(host) !== 0 && !guard.mayReach(host, host)) throw refusal(host);
  const options: RequestOptions = {
    method: request.method,
    headers: { ...request.headers, 'content-length': String(Buffer.byteLength(request.body)) },
    lookup: guardedLookup(host, guard),
    signal: AbortSignal.timeout(timeoutMs),
    agent: false,
  };
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const start = isSecure ? httpsRequest : httpRequest;
    let kind: 'unreached' | 'network' = 'unreached';
    const outgoing = start(url, options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = () => {
        const body = Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8');
        const retryAfterMs = retryAfterOf(response.headers['retry-after']);
        resolve({ status: response.statusCode ?? 0, retryAfterMs, body });
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size < maxAnswerBytes) return;
        finish();
        response.destroy();
      });
      response.on('end', finish);
      response.on('error', (error) => reject(failure(kind, error)));
    });
    outgoing.once('socket', (socket) => {
      // Nothing of the request leaves before.
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        kind = 'network';
      });
    });
    outgoing.on('error', (error) => reject(failure(kind, error)));
    outgoing.end(request.body);
  });
}

function guardedLookup(host: string, guard: Guard): LookupFunction {
  return (name, options, callback) => {
    resolveName(name, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const refused = addresses.find(({ address }) => !guard.mayReach(host, address));
      if (refused) return callback(refusal(host), []);
      if (options.all) return callback(null, addresses);
      const [first] = addresses;
      if (!first) return callback(new OutgoingError('unreached', `${host} has no address.`), []);
      return callback(null, first.address, first.family);
    });
  };
}

const refusal = (host: string): OutgoingError =>
  new OutgoingError(
    'blocked',
    `${host} is in a private network. SERIN_ALLOWED_PRIVATE_HOSTS can allow it.`,
  );

function failure(kind: 'unreached' | 'network', error: Error): OutgoingError {
  if (error instanceof OutgoingError) return error;
  const isTimeout = error.name === 'TimeoutError' || error.name === 'AbortError';
  const message = isTimeout ? 'There was no answer in time.' : error.message;
  return new OutgoingError(kind, message, error);
}

/** A date is not read: clocks differ, and every service we know sends seconds. */
function retryAfterOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null;
}
