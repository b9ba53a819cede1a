// Requests to `/s/` that real posthog-js made (fixtures/traffic: 1.130 to 1.449, Chromium, a page made for it).
import { readFileSync } from 'node:fs';

const FOLDER = new URL('./fixtures/', import.meta.url);

export type RecordedRequest = {
  readonly scenario: string;
  readonly file: string;
  /** With its query. */
  readonly url: string;
  readonly contentType: string | null;
  readonly body: Buffer;
};

/** The requests of a scenario in the order in which they came; all without one. */
export function recordedRequests(scenario?: string): RecordedRequest[] {
  const list = JSON.parse(readFileSync(new URL('traffic/requests.json', FOLDER), 'utf8')) as Omit<
    RecordedRequest,
    'body'
  >[];
  return list
    .filter((request) => scenario === undefined || request.scenario === scenario)
    .map((request) => ({
      ...request,
      body: readFileSync(new URL(`traffic/${request.file}`, FOLDER)),
    }));
}

/** When the last of them was recorded, milliseconds since the epoch. */
export const RECORDED_AT_MS = Date.parse('2026-11-20T12:00:00Z');

/** rrweb events that try everything: scripts, handlers, frames, navigation, requests, canvas arguments. */
export function hostileEvents(): unknown[] {
  return JSON.parse(readFileSync(new URL('hostile.json', FOLDER), 'utf8')) as unknown[];
}

/** The id of a session that began then. */
export function sessionAt(ms: number, tail = '000000000001'): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${tail}`;
}
