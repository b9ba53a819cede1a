// Every channel's form, against the limits and shapes that the services document.
import { expect, test } from 'vitest';
import type { NotificationMessage } from '#notify/message';
import { alertmanagerRequest } from './alertmanager.ts';
import { discordRequest } from './discord.ts';
import { emailOf } from './email.ts';
import { opsgenieRequest } from './opsgenie.ts';
import { pagerDutyRequest } from './pagerduty.ts';
import { readSlackAnswer, slackBotRequest, slackWebhookRequest } from './slack.ts';
import { isRetiredTeamsUrl, teamsRequest } from './teams.ts';
import { webhookBody } from './webhook.ts';

const message: NotificationMessage = {
  id: 'n-1',
  type: 'rollout.red',
  severity: 'error',
  title: 'new-checkout in Production is being taken back',
  summary: 'errors: 12 of 100 people with the change had <b>$exception</b> & 1 of 100 without.',
  facts: [
    { name: 'Stage', value: '2 of 3: 25 % (25 %)' },
    { name: 'By', value: 'controller' },
  ],
  links: [{ text: 'Open the rollout', url: 'https://serin.example/rollouts/1' }],
  at: '2026-11-30T10:00:00.000Z',
  source: 'new-checkout/production',
  incident: { key: 'rollout:1:attempt:1', step: 'open' },
  data: { rollout_id: '1' },
};
const resolved = { ...message, incident: { key: 'rollout:1:attempt:1', step: 'resolve' } } as const;
const taken = {
  ...message,
  incident: { key: 'rollout:1:attempt:1', step: 'acknowledge' },
} as const;
const noted = { ...message, incident: { key: 'rollout:1:attempt:1', step: 'note' } } as const;
const apart = { ...resolved.incident, alert: 'rollback' };
const news = { ...message, incident: null };
const long = { ...message, title: 't'.repeat(5_000), summary: 's'.repeat(50_000) };
const json = (request: { body: string } | null) => JSON.parse(request?.body ?? 'null');

test('Slack gets blocks within its limits, with its three markup characters escaped', () => {
  const body = json(slackWebhookRequest(message, 'https://hooks.example/x'));
  const [{ color, blocks }] = body.attachments;
  expect(color).toBe('#d00000');
  expect(blocks.map(({ type }: { type: string }) => type)).toEqual([
    'header',
    'section',
    'section',
    'actions',
  ]);
  expect(blocks[1].text.text).toContain('&lt;b&gt;$exception&lt;/b&gt; &amp; 1');
  const nasty = { ...message, title: '<!channel>', summary: '<https://evil.example|Open>' };
  const { text, attachments } = json(slackWebhookRequest(nasty, 'https://hooks.example/x'));
  expect(text).toBe('&lt;!channel&gt;: &lt;https://evil.example|Open&gt;');
  expect(attachments[0].fallback).toBe(text);
  expect(blocks[3].elements[0].url).toBe('https://serin.example/rollouts/1');
  const [{ blocks: cut }] = json(slackWebhookRequest(long, 'https://hooks.example/x')).attachments;
  expect(cut[0].text.text).toHaveLength(150);
  expect(cut[1].text.text).toHaveLength(3_000);
});

test('a Slack bot answers in the thread of the incident', () => {
  const bot = { token: 'xoxb-1', channel: 'C1', apiUrl: 'https://slack.example/api' };
  expect(json(slackBotRequest(message, bot, null))).not.toHaveProperty('thread_ts');
  const request = slackBotRequest(message, bot, '17.5');
  expect(request.headers['authorization']).toBe('Bearer xoxb-1');
  expect(json(request)).toMatchObject({ channel: 'C1', thread_ts: '17.5' });
  expect(readSlackAnswer('{"ok":true,"ts":"17.5"}')).toMatchObject({ ok: true, ts: '17.5' });
  expect(readSlackAnswer('{"ok":false,"error":"not_in_channel"}').error).toBe('not_in_channel');
  expect(readSlackAnswer('<html>').ok).toBe(false);
});

test('Teams gets an Adaptive Card; retired connector addresses are told apart', () => {
  const body = json(teamsRequest(message, 'https://x.logic.azure.com/w'));
  const { content } = body.attachments[0];
  expect(content).toMatchObject({
    type: 'AdaptiveCard',
    version: '1.2',
    msteams: { width: 'full' },
  });
  expect(content.body[0].color).toBe('Attention');
  expect(content.body[2].facts[0]).toEqual({ title: 'Stage', value: '2 of 3: 25 % (25 %)' });
  expect(content.actions[0].type).toBe('Action.OpenUrl');
  expect(isRetiredTeamsUrl('https://acme.webhook.office.com/webhookb2/1')).toBe(true);
  expect(isRetiredTeamsUrl('https://x.logic.azure.com/webhook.office.com/')).toBe(false);
});

test('Discord pings nobody and stays within its limits', () => {
  const body = json(discordRequest(long, 'https://discord.example/w'));
  expect(body.allowed_mentions).toEqual({ parse: [] });
  expect(body.embeds[0].title).toHaveLength(256);
  expect(body.embeds[0].description.length).toBeLessThanOrEqual(4_096);
});

test('PagerDuty triggers and resolves under one key; news become change events', () => {
  const settings = { routingKey: 'k'.repeat(32), apiUrl: 'https://pd.example' };
  const trigger = pagerDutyRequest(message, settings);
  expect(trigger.url).toBe('https://pd.example/v2/enqueue');
  expect(json(trigger)).toMatchObject({
    event_action: 'trigger',
    dedup_key: 'rollout:1:attempt:1',
    payload: { severity: 'error', source: 'new-checkout/production', class: 'rollout.red' },
  });
  expect(json(pagerDutyRequest(resolved, settings))).toEqual({
    routing_key: 'k'.repeat(32),
    event_action: 'resolve',
    dedup_key: 'rollout:1:attempt:1',
  });
  expect(json(pagerDutyRequest(taken, settings))).toEqual({
    routing_key: 'k'.repeat(32),
    event_action: 'acknowledge',
    dedup_key: 'rollout:1:attempt:1',
  });
  expect(json(pagerDutyRequest({ ...message, incident: apart }, settings))).toMatchObject({
    dedup_key: 'rollout:1:attempt:1:rollback',
  });
  for (const one of [news, noted]) {
    expect(pagerDutyRequest(one, settings).url).toBe('https://pd.example/v2/change/enqueue');
  }
  expect(json(pagerDutyRequest(long, settings)).payload.summary).toHaveLength(1_024);
});

test('Opsgenie opens and closes an alert by its alias, and hears no mere news', () => {
  const settings = { apiKey: 'g', apiUrl: 'https://api.example/v2', team: 'ops' };
  const open = opsgenieRequest(message, settings);
  expect(open?.headers['authorization']).toBe('GenieKey g');
  expect(json(open)).toMatchObject({
    alias: 'rollout:1:attempt:1',
    priority: 'P2',
    responders: [{ type: 'team', name: 'ops' }],
  });
  expect(opsgenieRequest(resolved, settings)?.url).toBe(
    'https://api.example/v2/alerts/rollout%3A1%3Aattempt%3A1/close?identifierType=alias',
  );
  expect(opsgenieRequest(taken, settings)?.url).toBe(
    'https://api.example/v2/alerts/rollout%3A1%3Aattempt%3A1/acknowledge?identifierType=alias',
  );
  expect(opsgenieRequest({ ...message, incident: apart }, settings)?.url).toContain(
    'attempt%3A1%3Arollback/close',
  );
  for (const one of [news, noted]) expect(opsgenieRequest(one, settings)).toBeNull();
});

test('Alertmanager gets the same labels when an alert ends', () => {
  const [open] = json(alertmanagerRequest(message, 'http://am.example/'));
  const [closed] = json(alertmanagerRequest(resolved, 'http://am.example/'));
  expect(closed.labels).toEqual(open.labels);
  expect(closed.endsAt).toBe(message.at);
  expect(Date.parse(open.endsAt)).toBeGreaterThan(Date.parse(message.at));
  const [other] = json(alertmanagerRequest({ ...message, incident: apart }, 'http://am.example/'));
  expect(other.labels.incident).toBe('rollout:1:attempt:1:rollback');
  for (const one of [news, noted, taken]) {
    expect(alertmanagerRequest(one, 'http://am.example')).toBeNull();
  }
});

test('a webhook carries type, time and data', () => {
  expect(JSON.parse(webhookBody(message))).toMatchObject({
    type: 'rollout.red',
    timestamp: message.at,
    data: { rollout_id: '1', severity: 'error', incident: { step: 'open' } },
  });
});

test('mails of one incident make one thread, and text in them is text', () => {
  const first = emailOf(message, 'serin.example', null);
  expect(first.messageId).toBe('<n-1@serin.example>');
  expect(first.html).toContain('&lt;b&gt;$exception&lt;/b&gt; &amp; 1');
  const second = emailOf({ ...message, id: 'n-2' }, 'serin.example', first.messageId);
  expect(second.inReplyTo).toBe('<n-1@serin.example>');
  expect(second.subject.startsWith('Re: ')).toBe(true);
});
