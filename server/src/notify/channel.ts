// Where notifications can go. Settings are what people see again; secrets are kept sealed and never shown.
import { isAtLeast, type NotificationType, type Severity } from './message.ts';

export const CHANNEL_KINDS = [
  'slack',
  'slack_bot',
  'teams',
  'discord',
  'pagerduty',
  'opsgenie',
  'webhook',
  'alertmanager',
  'email',
  'intercom',
] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** By kind: the public settings and the secret ones. Addresses of chat webhooks are secrets themselves. */
export type ChannelConfig =
  | { readonly kind: 'slack' | 'teams' | 'discord'; readonly url: string }
  | {
      readonly kind: 'slack_bot';
      readonly token: string;
      readonly channel: string;
      readonly apiUrl: string;
    }
  | { readonly kind: 'pagerduty'; readonly routingKey: string; readonly apiUrl: string }
  | {
      readonly kind: 'opsgenie';
      readonly apiKey: string;
      readonly apiUrl: string;
      readonly team: string | null;
    }
  | { readonly kind: 'webhook'; readonly url: string; readonly secrets: readonly string[] }
  | { readonly kind: 'alertmanager'; readonly url: string }
  | { readonly kind: 'email'; readonly to: readonly string[] }
  | {
      readonly kind: 'intercom';
      readonly token: string;
      /** Who writes: an admin of the workspace. */
      readonly adminId: number;
      readonly apiUrl: string;
      /** Signs what Intercom sends to us; null: nothing is taken from it. */
      readonly clientSecret: string | null;
    };

export type Channel = {
  readonly id: string;
  readonly projectId: number;
  readonly name: string;
  readonly kind: ChannelKind;
  /** What it is told of; empty: everything. */
  readonly types: readonly NotificationType[];
  readonly leastSeverity: Severity;
  readonly isEnabled: boolean;
  /** Why Serin switched it off, null when it did not. */
  readonly disabledReason: string | null;
  /** What tells it from others without a secret: a host, a channel, the last characters of a key. */
  readonly hint: string;
  /** From 1: who hears first. The next hear of what nobody answers. */
  readonly level: number;
  /** When a test message last arrived. */
  readonly testedAt: Date | null;
  readonly createdAt: Date;
};

/** True for channels to a project's users: they hear nothing by themselves, only what a person sends them. */
export const reachesUsers = ({ kind }: Pick<Channel, 'kind'>): boolean => kind === 'intercom';

/** True for channels that asked to hear of such a message. */
export function isWanted(
  channel: Pick<Channel, 'kind' | 'types' | 'leastSeverity'>,
  { type, severity }: { readonly type: NotificationType; readonly severity: Severity },
): boolean {
  if (reachesUsers(channel)) return false;
  const { kind, types, leastSeverity } = channel;
  const isMeant =
    types.length === 0 ? !(isReadByPeople(kind) && STEPS.has(type)) : types.includes(type);
  return isAtLeast(severity, leastSeverity) && isMeant;
}

/** Told to programs; people hear of them who have asked for them by name. */
const STEPS: ReadonlySet<NotificationType> = new Set(['rollout.stage_applied']);

/** True for channels of the first `reach` levels on which somebody hears anything. */
export function withinReach(
  channels: readonly Pick<Channel, 'kind' | 'level'>[],
  reach: number,
): (channel: Pick<Channel, 'level'>) => boolean {
  const hearing = channels.filter((channel) => !reachesUsers(channel));
  const levels = [...new Set(hearing.map(({ level }) => level))].toSorted((a, b) => a - b);
  const reached = new Set(levels.slice(0, reach));
  return ({ level }) => reached.has(level);
}

/** Who is told in the place of a channel that cannot be reached: the next in the order; null without one. */
export function fallbackFor<C extends Pick<Channel, 'id' | 'level'>>(
  failed: Pick<Channel, 'id' | 'level'>,
  channels: readonly C[],
  told: ReadonlySet<string>,
): C | null {
  const others = channels.filter(({ id }) => id !== failed.id && !told.has(id));
  const later = others.filter(({ level }) => level > failed.level);
  const inOrder = (later.length > 0 ? later : others).toSorted((a, b) => a.level - b.level);
  return inOrder[0] ?? null;
}

/** Channels that wake somebody are tried again fast. */
export function urgencyOf(kind: ChannelKind): 'urgent' | 'patient' {
  return kind === 'pagerduty' || kind === 'opsgenie' ? 'urgent' : 'patient';
}

/** Channels that keep an alert open until they are told of its end. */
export function keepsAlerts({ kind }: Pick<Channel, 'kind'>): boolean {
  return urgencyOf(kind) === 'urgent' || kind === 'alertmanager';
}

/** Channels that people read: what piles up within a minute is told once. Programs get every message. */
export function isReadByPeople(kind: ChannelKind): boolean {
  return (
    kind !== 'webhook' && kind !== 'pagerduty' && kind !== 'opsgenie' && kind !== 'alertmanager'
  );
}

/** What may be shown of a channel's address or key. */
export function hintOf(config: ChannelConfig): string {
  switch (config.kind) {
    case 'slack_bot':
      return config.channel;
    case 'pagerduty':
      return `…${config.routingKey.slice(-4)}`;
    case 'opsgenie':
      return config.team ?? `…${config.apiKey.slice(-4)}`;
    case 'email':
      return config.to.join(', ');
    case 'intercom':
      return `admin ${config.adminId}`;
    default:
      return hostOf(config.url);
  }
}

function hostOf(url: string): string {
  return /^https?:\/\/([^/?#]+)/i.exec(url)?.[1] ?? '';
}
