// Takes out of an rrweb event what could do harm to whoever watches, and what is nobody's business. It runs before
// anything is kept; what a page records is said by the page.
import { isJsonObject } from '#kernel/json';
import { EVENT, LAST_SOURCE, PLUGIN, type RrwebEvent, SOURCE } from '../wire/rrweb.ts';
import { hasBadScheme, scrubAttributes } from './attributes.ts';
import { isSafeCommand, safeCommands } from './canvas.ts';
import { maskBody, maskText, maskUrl } from './mask.ts';
import { type WatchedTags, scrubNode } from './nodes.ts';
import type { PrivacyRules } from './rules.ts';

type Fields = Record<string, unknown>;

/**
 * The event as it may be kept; undefined when nothing of it may. Changes its parts in place.
 * @param watched of the event's window, carried from one event to the next
 */
export function scrubEvent(
  event: RrwebEvent,
  rules: PrivacyRules,
  watched: WatchedTags,
): RrwebEvent | undefined {
  if (!isJsonObject(event.data)) return event.type < EVENT.fullSnapshot ? event : undefined;
  const data = event.data as Fields;
  switch (event.type) {
    case EVENT.fullSnapshot:
      // Ids begin anew.
      watched.clear();
      return scrubSnapshot(data, rules, watched) ? event : undefined;
    case EVENT.incremental:
      return scrubIncremental(data, rules, watched) ? event : undefined;
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

/** Whether an event is of a kind that the environment does not record, although its page does. */
export function isSwitchedOff({ type, data }: RrwebEvent, rules: PrivacyRules): boolean {
  if (!isJsonObject(data)) return false;
  if (type === EVENT.plugin) {
    const { plugin } = data;
    if (typeof plugin !== 'string') return false;
    return (
      (!rules.keepConsole && plugin.startsWith('rrweb/console')) ||
      (!rules.keepRequests && plugin.startsWith('rrweb/network'))
    );
  }
  if (type !== EVENT.incremental) return false;
  const { source } = data;
  return (
    (!rules.keepConsole && source === SOURCE.log) || (!rules.keepCanvas && source === SOURCE.canvas)
  );
}

function scrubSnapshot(data: Fields, rules: PrivacyRules, watched: WatchedTags): boolean {
  // Of an app: wireframes, which hold texts and images.
  if (Array.isArray(data['wireframes'])) {
    maskWireframes(data['wireframes'], rules);
    return true;
  }
  return scrubNode(data['node'], rules, watched);
}

function scrubIncremental(data: Fields, rules: PrivacyRules, watched: WatchedTags): boolean {
  const { source } = data;
  if (!Number.isInteger(source) || (source as number) < 0 || (source as number) > LAST_SOURCE) {
    return false;
  }
  if (source === SOURCE.mutation) scrubMutation(data, rules, watched);
  else if (source === SOURCE.input && typeof data['text'] === 'string') {
    data['text'] = maskText(data['text'], rules);
  } else if (source === SOURCE.canvas) {
    if (data['commands'] === undefined) return isSafeCommand(data);
    data['commands'] = safeCommands(data['commands']);
  } else if (source === SOURCE.log) maskConsole(data, rules);
  return true;
}

function scrubMutation(data: Fields, rules: PrivacyRules, watched: WatchedTags): void {
  if (Array.isArray(data['updates'])) {
    maskWireframes([data['adds'], data['updates']], rules);
    return;
  }
  for (const name of ['adds', 'removes', 'texts', 'attributes']) {
    const list = data[name];
    data[name] = Array.isArray(list) ? (list as unknown[]).filter(isJsonObject) : [];
  }
  data['adds'] = (data['adds'] as Fields[]).filter((add) => {
    if (!isJsonObject(add['wireframe'])) return scrubNode(add['node'], rules, watched);
    maskWireframes(add['wireframe'], rules);
    return true;
  });
  for (const text of data['texts'] as Fields[]) {
    if (typeof text['value'] === 'string') text['value'] = maskText(text['value'], rules);
  }
  for (const change of data['attributes'] as Fields[]) {
    if (isJsonObject(change['attributes'])) {
      const tag = watched.get(change['id'] as number) ?? '';
      scrubAttributes(tag, change['attributes'] as Fields, rules);
    } else change['attributes'] = {};
  }
}

/** Of posthog-js itself (1.449): what they say are words of the recorder, and addresses. */
const OF_RECORDER =
  /^(?:\$|sessionIdle$|sessionNoLongerIdle$|recording |browser |window |(?:triggerGroupS|s)amplingDecisionMade$)/;

function scrubCustom(data: Fields, rules: PrivacyRules): void {
  const { tag, payload } = data;
  // All options of the client, headers of requests among them.
  if (tag === '$posthog_config') {
    data['payload'] = {};
    return;
  }
  const isOfRecorder = typeof tag === 'string' && OF_RECORDER.test(tag);
  data['tag'] = typeof tag === 'string' ? maskText(tag, detectorsOf(rules)) : '';
  if (payload !== undefined) {
    data['payload'] = maskDeep(payload, isOfRecorder ? detectorsOf(rules) : rules);
  }
  if (isJsonObject(payload) && 'href' in payload) {
    (payload as Fields)['href'] = safeHref(payload['href'], rules);
  }
}

/** Without what masks every text. */
const detectorsOf = (rules: PrivacyRules): PrivacyRules => ({ ...rules, maskAllText: false });

function scrubPlugin(data: Fields, rules: PrivacyRules): void {
  const payload = data['payload'];
  if (data['plugin'] === PLUGIN.console && isJsonObject(payload)) {
    maskConsole(payload as Fields, rules);
    return;
  }
  if (data['plugin'] !== PLUGIN.network || !isJsonObject(payload)) {
    if (payload !== undefined) data['payload'] = maskDeep(payload, rules);
    return;
  }
  const requests = Array.isArray(payload['requests']) ? (payload['requests'] as unknown[]) : [];
  (payload as Fields)['requests'] = requests.filter(isJsonObject);
  for (const request of requests.filter(isJsonObject) as Fields[]) scrubRequest(request, rules);
}

/** How loud a line is stays: errors are counted by it. */
function maskConsole(line: Fields, rules: PrivacyRules): void {
  const { level } = line;
  maskDeep(line, rules);
  if (typeof level === 'string' && /^[a-z]{1,20}$/i.test(level)) line['level'] = level;
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

/** Masks every text within but images, in place; returns what to keep for a text. */
function maskDeep(root: unknown, rules: PrivacyRules, isImage = isImageAddress): unknown {
  if (typeof root === 'string') return maskText(root, rules);
  const places: unknown[] = [root];
  for (let value = places.pop(); value !== undefined; value = places.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const fields = value as Fields;
    for (const [key, inner] of Object.entries(fields)) {
      if (typeof inner !== 'string') places.push(inner ?? null);
      else if (!isImage(inner)) fields[key] = maskText(inner, rules);
    }
  }
  return root;
}

/** Looked at to its end: words may begin like one. */
const isImageAddress = (text: string): boolean =>
  /^data:(?:image|video|audio|font)\/[\w.+;=-]+;base64,[A-Za-z0-9+/=\s]*$/.test(text);

/** Apps send images without an address as well. */
function maskWireframes(wireframes: unknown, rules: PrivacyRules): void {
  const isImage = (text: string) => isImageAddress(text) || /^[A-Za-z0-9+/=]{1000,}$/.test(text);
  maskDeep(wireframes, rules, isImage);
}
