// PagerDuty Events API v2: an incident is triggered and resolved under one dedup_key; mere news become change
// events, which page nobody and stand on the time line of whatever incident is open.
import { type NotificationMessage, clip } from '#notify/message';
import { type OutgoingRequest, jsonRequest } from '#kernel/outgoing';

export type PagerDuty = { readonly routingKey: string; readonly apiUrl: string };

/** Bytes; PagerDuty refuses a larger event whole. */
const MAX_EVENT_BYTES = 512_000;
const MAX_SUMMARY = 1024;

export function pagerDutyRequest(
  message: NotificationMessage,
  { routingKey, apiUrl }: PagerDuty,
): OutgoingRequest {
  const { incident } = message;
  const summary = clip(`${message.title}: ${message.summary}`, MAX_SUMMARY);
  const links = message.links.map(({ text, url }) => ({ href: url, text }));
  const details = Object.fromEntries(message.facts.map(({ name, value }) => [name, value]));
  if (!incident) {
    return jsonRequest(`${apiUrl}/v2/change/enqueue`, {
      routing_key: routingKey,
      payload: {
        summary,
        source: message.source,
        timestamp: message.at,
        custom_details: details,
      },
      links,
    });
  }
  const url = `${apiUrl}/v2/enqueue`;
  const key = { routing_key: routingKey, dedup_key: clip(incident.key, 255) };
  if (incident.step === 'resolve') return jsonRequest(url, { ...key, event_action: 'resolve' });
  const payload = {
    summary,
    source: message.source,
    severity: message.severity,
    timestamp: message.at,
    class: message.type,
  };
  const event = {
    ...key,
    event_action: 'trigger',
    client: 'Serin',
    ...(message.links[0] ? { client_url: message.links[0].url } : {}),
    links,
    payload: { ...payload, custom_details: details },
  };
  const isTooLarge = JSON.stringify(event).length * 3 > MAX_EVENT_BYTES;
  return jsonRequest(url, isTooLarge ? { ...event, payload } : event);
}
