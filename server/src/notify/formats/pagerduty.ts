// PagerDuty Events API v2: an alert is triggered, acknowledged and resolved under one dedup_key; mere news become change
// events, which page nobody and stand on the time line of whatever incident is open.
import { type NotificationMessage, alertKey, clip } from '#notify/message';
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
  if (!incident || incident.step === 'note') {
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
  const key = { routing_key: routingKey, dedup_key: clip(alertKey(incident), 255) };
  if (incident.step === 'resolve' || incident.step === 'acknowledge') {
    return jsonRequest(url, { ...key, event_action: incident.step });
  }
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
