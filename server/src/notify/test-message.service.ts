// A message that people send themselves, to see whether a channel works.
import { v7 } from 'uuid';
import type { ProjectCtx } from '#platform/ctx';
import { type SealKey, configOf, getChannel, noteTested } from './channels.service.ts';
import type { NotificationMessage } from './message.ts';
import { type Transport, deliver } from './transport.service.ts';

export type TestResult = {
  readonly ok: boolean;
  readonly status: number | null;
  readonly error: string | null;
  readonly answer: string | null;
};

/**
 * Sends at once, whether the channel is on or off; channels that know incidents only get one that is opened
 * and resolved.
 * @throws not_found
 */
export async function sendTest(
  ctx: ProjectCtx,
  deps: { readonly sealKey: () => Promise<SealKey>; readonly transport: Transport },
  id: string,
): Promise<TestResult> {
  const channel = await getChannel(ctx, id);
  const config = configOf(channel, await deps.sealKey());
  const when = { nowMs: ctx.clock.now(), thread: null };
  const open = testMessage(ctx, channel.name);
  const attempt = await deliver(deps.transport, config, open, when);
  const ok = attempt.outcome.kind === 'sent';
  if (
    ok &&
    (channel.kind === 'pagerduty' || channel.kind === 'opsgenie' || channel.kind === 'alertmanager')
  ) {
    const incident = { key: open.incident?.key ?? '', step: 'resolve' } as const;
    await deliver(deps.transport, config, { ...open, incident }, when);
  }
  if (ok) await noteTested(ctx, id);
  const { status, error, answer } = attempt;
  return { ok, status, error, answer };
}

function testMessage(ctx: ProjectCtx, name: string): NotificationMessage {
  const id = v7();
  return {
    id,
    type: 'channel.test',
    severity: 'info',
    title: 'Test from Serin',
    summary: `If you can read this, the channel "${name}" works.`,
    facts: [{ name: 'Sent by', value: ctx.actor.label }],
    links: [{ text: 'Open settings', url: '/settings?tab=notifications' }],
    at: new Date(ctx.clock.now()).toISOString(),
    source: 'serin/test',
    incident: { key: `test:${id}`, step: 'open' },
    data: {},
  };
}
