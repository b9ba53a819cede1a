// A running Serin, over HTTP.
import { setTimeout as sleep } from 'node:timers/promises';
import { SeedError } from './seed-error.ts';

/** Asks; the body of the answer is parsed JSON. */
export type Ask = (
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<{ readonly status: number; readonly body: unknown }>;

/** A server that is full says when to come again; it is believed this often. */
const MAX_RETRIES = 20;
const LONGEST_PAUSE_SECONDS = 30;

/** @throws SeedError when nothing answers there */
export function openServer(url: string, apiKey: string): Ask {
  return async (method, path, body, headers) => {
    for (let retry = 0; ; retry += 1) {
      const response = await request(new URL(path, url), {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...headers,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status !== 503 || retry === MAX_RETRIES) {
        return { status: response.status, body: parse(text) };
      }
      const seconds = Number(response.headers.get('retry-after')) || 1;
      await sleep(Math.min(seconds, LONGEST_PAUSE_SECONDS) * 1000);
    }
  };
}

async function request(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
    throw new SeedError(
      `Nothing answers at ${url.origin}${why ? ` (${why})` : ''}. Start Serin ("npm start") and try again, or say where it is with --url.`,
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
