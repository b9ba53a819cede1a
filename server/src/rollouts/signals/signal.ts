// A signal of another program: what it asks for, read from the bodies that such programs send. Pure.

export const SIGNAL_ACTIONS = ['hold', 'rollback'] as const;
type SignalAction = (typeof SIGNAL_ACTIONS)[number];

export type Signal = {
  readonly flagKey: string;
  /** Null: production. */
  readonly environment: string | null;
  readonly action: SignalAction;
  /** Why, in the words of the sender. */
  readonly reason: string;
};

const MAX_REASON = 500;
const MAX_ALERTS = 20;

type Labels = { readonly [name: string]: unknown };

/**
 * What a body asks for; an alert that has ended asks for nothing.
 * @returns a sentence that names the field at fault instead
 */
export function readSignals(body: unknown): Signal[] | string {
  if (typeof body !== 'object' || body === null) return 'The body must be a JSON object.';
  const { alerts } = body as { alerts?: unknown };
  if (alerts === undefined) return collect([readOne(body as Labels, 'reason')]);
  // Alertmanager: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config, version 4.
  if (!Array.isArray(alerts)) return 'alerts: Must be a list.';
  const firing = alerts
    .slice(0, MAX_ALERTS)
    .filter((one: { status?: unknown }) => one?.status !== 'resolved');
  return collect(firing.map(readAlert));
}

function collect(found: readonly (Signal | string)[]): Signal[] | string {
  const fault = found.find((one) => typeof one === 'string');
  return fault ?? found.filter((one) => typeof one !== 'string');
}

function readAlert(alert: { labels?: Labels; annotations?: Labels } | null): Signal | string {
  const { summary, description } = alert?.annotations ?? {};
  const labels = alert?.labels ?? {};
  return readOne(
    { ...labels, reason: summary ?? description ?? labels['alertname'] },
    'annotations.summary',
  );
}

/** `flag_key` or `flag`, `environment` or `env`, `action` or `serin_action` (default hold), `reason`. */
function readOne(fields: Labels, reasonField: string): Signal | string {
  const text = (...names: string[]): string | null => {
    const value = names
      .map((name) => fields[name])
      .find((one) => one !== undefined && one !== null);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  const flagKey = text('flag_key', 'flag');
  if (flagKey === null) return 'flag_key: Name the flag.';
  const asked = text('action', 'serin_action') ?? 'hold';
  const action = SIGNAL_ACTIONS.find((one) => one === asked);
  if (action === undefined) return `action: Must be one of ${SIGNAL_ACTIONS.join(', ')}.`;
  const reason = text('reason');
  if (reason === null) return `${reasonField}: Say what has happened.`;
  return {
    flagKey,
    environment: text('environment', 'env'),
    action,
    reason: reason.slice(0, MAX_REASON),
  };
}
