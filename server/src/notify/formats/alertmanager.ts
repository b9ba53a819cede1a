// Prometheus Alertmanager: an alert that stands until it is resolved, with the routing that people have already.
import { type NotificationMessage, alertKey } from '#notify/message';
import { type OutgoingRequest, jsonRequest } from '#kernel/outgoing';

/** How long an alert stands without being sent again; incidents last hours, so it is generous. */
const STANDS_MS = 24 * 3_600_000;

/** Null for mere news: Alertmanager knows alerts only, and none that somebody is at. */
export function alertmanagerRequest(
  message: NotificationMessage,
  url: string,
): OutgoingRequest | null {
  const { incident } = message;
  if (!incident || incident.step === 'note' || incident.step === 'acknowledge') return null;
  const atMs = Date.parse(message.at);
  const endsMs = incident.step === 'resolve' ? atMs : atMs + STANDS_MS;
  const alert = {
    // Labels are the alert's identity: only what stays the same while the incident lasts.
    labels: { alertname: 'SerinRollout', incident: alertKey(incident), source: message.source },
    annotations: {
      summary: message.title,
      description: message.summary,
      severity: message.severity,
    },
    startsAt: message.at,
    endsAt: new Date(endsMs).toISOString(),
    ...(message.links[0] ? { generatorURL: message.links[0].url } : {}),
  };
  return jsonRequest(`${url.replace(/\/$/, '')}/api/v2/alerts`, [alert]);
}
