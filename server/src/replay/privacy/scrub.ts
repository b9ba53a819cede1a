// Takes out of an rrweb event what could do harm to whoever watches, and what is nobody's business. It runs before
// anything is kept; what a page records is said by the page.
import { isJsonObject } from '#kernel/json';
import { EVENT, LAST_SOURCE, PLUGIN, type RrwebEvent, SOURCE } from '../wire/rrweb.ts';
import { hasBadScheme, scrubAttributes } from './attributes.ts';
import { isSafeCommand, safeCommands } from './canvas.ts';
import { maskBody, maskText, maskUrl } from './mask.ts';
import { scrubNode } from './nodes.ts';
import type { PrivacyRules } from './rules.ts';

type Fields = Record<string, unknown>;

/** The event as it may be kept; undefined when nothing of it may. Changes its parts in place. */
export function scrubEvent(event: RrwebEvent, rules: PrivacyRules): RrwebEvent | undefined {
  if (!isJsonObject(event.data)) return event.type < EVENT.fullSnapshot ? event : undefined;
  const data = event.data as Fields;
  switch (event.type) {
    case EVENT.fullSnapshot:
      return scrubSnapshot(data, rules) ? event : undefined;
    case EVENT.incremental:
      return scrubIncremental(data, rules) ? event : undefined;
    case EVENT.meta:
      data['href'] = safeHref(data['href'], rules);
      return event;
    case EVENT.custom:
      scrubCustom(data, rules);
      return event;
    case EVENT.plugin:
      scrubPlugin(data, rules);
      return event;
    default:
      return event;
  }
}

function scrubSnapshot(data: Fields, rules: PrivacyRules): boolean {
  // Of an app: wireframes, which hold texts and images.
  if (Array.isArray(data['wireframes'])) {
    maskDeep(data['wireframes'], rules);
    return true;
  }
  if (!isJsonObject(data['node'])) return false;
  scrubNode(data['node'], rules);
  return true;
}

function scrubIncremental(data: Fields, rules: PrivacyRules): boolean {
  const { source } = data;
  if (!Number.isInteger(source) || (source as number) < 0 || (source as number) > LAST_SOURCE) {
    return false;
  }
  if (source === SOURCE.mutation) scrubMutation(data, rules);
  else if (source === SOURCE.input && typeof data['text'] === 'string') {
    data['text'] = maskText(data['text'], rules);
  } else if (source === SOURCE.canvas) {
    if (data['commands'] === undefined) return isSafeCommand(data);
    data['commands'] = safeCommands(data['commands']);
  }
  return true;
}

function scrubMutation(data: Fields, rules: PrivacyRules): void {
  if (Array.isArray(data['updates'])) {
    maskDeep([data['adds'], data['updates']], rules);
    return;
  }
  for (const name of ['adds', 'removes', 'texts', 'attributes']) {
    const list = data[name];
    data[name] = Array.isArray(list) ? (list as unknown[]).filter(isJsonObject) : [];
  }
  for (const add of data['adds'] as Fields[]) {
    if (isJsonObject(add['wireframe'])) maskDeep(add['wireframe'], rules);
    else scrubNode(add['node'], rules);
  }
  for (const text of data['texts'] as Fields[]) {
    if (typeof text['value'] === 'string') text['value'] = maskText(text['value'], rules);
  }
  for (const change of data['attributes'] as Fields[]) {
    if (isJsonObject(change['attributes'])) {
      scrubAttributes('', change['attributes'] as Fields, rules);
    } else change['attributes'] = {};
  }
}

function scrubCustom(data: Fields, rules: PrivacyRules): void {
  // All options of the client, headers of requests among them.
  if (data['tag'] === '$posthog_config') data['payload'] = {};
  const payload = data['payload'];
  if (!isJsonObject(payload)) return;
  // Words of the recorder and of the application, not of the page.
  maskDeep(payload, { ...rules, maskAllText: false });
  if ('href' in payload) (payload as Fields)['href'] = safeHref(payload['href'], rules);
}

function scrubPlugin(data: Fields, rules: PrivacyRules): void {
  const payload = data['payload'];
  if (data['plugin'] !== PLUGIN.network || !isJsonObject(payload)) {
    if (payload !== undefined) data['payload'] = maskDeep(payload, rules);
    return;
  }
  const requests = Array.isArray(payload['requests']) ? (payload['requests'] as unknown[]) : [];
  (payload as Fields)['requests'] = requests.filter(isJsonObject);
  for (const request of requests.filter(isJsonObject) as Fields[]) scrubRequest(request, rules);
}

function scrubRequest(request: Fields, rules: PrivacyRules): void {
  request['name'] = safeHref(request['name'], rules);
  for (const name of ['requestHeaders', 'responseHeaders']) {
    if (!rules.keepHeaders) delete request[name];
    else if (request[name] !== undefined) request[name] = maskDeep(request[name], rules);
  }
  for (const name of ['requestBody', 'responseBody']) {
    const body = request[name];
    if (rules.keepBodies && typeof body === 'string') request[name] = maskBody(body, rules);
    else delete request[name];
  }
}

function safeHref(href: unknown, rules: PrivacyRules): string {
  return typeof href !== 'string' || hasBadScheme(href) ? '' : maskUrl(href, rules);
}

/** Masks every text within, in place; returns what to keep for a text. */
function maskDeep(root: unknown, rules: PrivacyRules): unknown {
  if (typeof root === 'string') return maskText(root, rules);
  const places: unknown[] = [root];
  for (let value = places.pop(); value !== undefined; value = places.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const fields = value as Fields;
    for (const [key, inner] of Object.entries(fields)) {
      if (typeof inner === 'string') fields[key] = maskInner(inner, rules);
      else places.push(inner ?? null);
    }
  }
  return root;
}

/** Images of apps are texts as well. */
const IMAGE = /^(?:data:|[A-Za-z0-9+/=]{1000})/;

const maskInner = (text: string, rules: PrivacyRules): string =>
  IMAGE.test(text) ? text : maskText(text, rules);
