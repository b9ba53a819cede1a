// The kinds of channels in words, and what each asks for.
import type { ChannelKind } from '../api/notify.ts';

export type ConfigField = {
  /** As the server names it below `config`. */
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly isSecret?: true;
  /** Several, separated by commas. */
  readonly isList?: true;
  readonly isOptional?: true;
};

export type KindWords = {
  readonly label: string;
  readonly help: string;
  readonly fields: readonly ConfigField[];
};

const address = (placeholder: string, isSecret = true): ConfigField => ({
  name: 'url',
  label: 'Address',
  placeholder,
  ...(isSecret ? { isSecret: true } : {}),
});

export const KINDS: Readonly<Record<ChannelKind, KindWords>> = {
  slack: {
    label: 'Slack',
    help: 'In Slack: Apps → Incoming Webhooks → Add to a channel, then copy its address.',
    fields: [address('https://hooks.slack.com/services/…')],
  },
  slack_bot: {
    label: 'Slack bot (threads)',
    help: 'A bot with the scope chat:write keeps one thread for each incident.',
    fields: [
      { name: 'token', label: 'Bot token', placeholder: 'xoxb-…', isSecret: true },
      { name: 'channel', label: 'Channel', placeholder: 'C0123456789 or #releases' },
    ],
  },
  teams: {
    label: 'Microsoft Teams',
    help: 'In Teams: Workflows → "When a Teams webhook request is received", then copy its address.',
    fields: [address('https://….logic.azure.com/…')],
  },
  discord: {
    label: 'Discord',
    help: 'In Discord: channel settings → Integrations → Webhooks.',
    fields: [address('https://discord.com/api/webhooks/…')],
  },
  pagerduty: {
    label: 'PagerDuty',
    help: 'A service with an Events API v2 integration. Incidents open and resolve by themselves; promotions appear as changes.',
    fields: [
      {
        name: 'routing_key',
        label: 'Integration key',
        description: '32 characters.',
        isSecret: true,
      },
    ],
  },
  opsgenie: {
    label: 'Opsgenie or Jira Service Management',
    help: 'An API integration. Opsgenie itself ends in April 2027; Jira Service Management takes the same alerts at its own address.',
    fields: [
      { name: 'api_key', label: 'API key', isSecret: true },
      { name: 'team', label: 'Team', isOptional: true },
      {
        name: 'api_url',
        label: 'Address of the API',
        placeholder: 'https://api.opsgenie.com/v2',
        isOptional: true,
      },
    ],
  },
  webhook: {
    label: 'Webhook (signed)',
    help: 'Every message as JSON, signed as Standard Webhooks 1.0 describes. The signing secret is shown once.',
    fields: [address('https://example.com/serin', false)],
  },
  alertmanager: {
    label: 'Prometheus Alertmanager',
    help: 'Alerts with the routing that you have already.',
    fields: [address('http://alertmanager:9093', false)],
  },
  intercom: {
    label: 'Intercom (messages to users)',
    help: 'An app of your workspace with the permission to write messages. It hears of no notification: people of an incident are written to when somebody confirms it.',
    fields: [
      { name: 'token', label: 'Access token', isSecret: true },
      { name: 'admin_id', label: 'Id of the admin who writes', placeholder: '394051' },
      {
        name: 'client_secret',
        label: 'Client secret of the app',
        description: 'Takes its webhook conversation.user.created as support tickets.',
        isSecret: true,
        isOptional: true,
      },
      {
        name: 'api_url',
        label: 'Address of the API',
        placeholder: 'https://api.intercom.io',
        isOptional: true,
      },
    ],
  },
  email: {
    label: 'E-mail',
    help: 'Needs a mail server in the settings of Serin (SERIN_SMTP_URL).',
    fields: [
      {
        name: 'to',
        label: 'Recipients',
        placeholder: 'oncall@example.com, team@example.com',
        isList: true,
      },
    ],
  },
};

export const KIND_NAMES = Object.keys(KINDS) as ChannelKind[];

/** What was typed, as the server takes it; empty optional fields are left out. */
export function configFrom(kind: ChannelKind, values: Readonly<Record<string, string>>): object {
  const entries = KINDS[kind].fields.flatMap(({ name, isList, isOptional }) => {
    const text = (values[name] ?? '').trim();
    if (text === '' && isOptional) return [];
    const list = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    return [[name, isList ? list : text] as const];
  });
  return { kind, ...Object.fromEntries(entries) };
}
