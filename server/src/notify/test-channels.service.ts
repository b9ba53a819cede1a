// What is stored of channels, for tests that look behind the API.
import type { Ctx } from '#platform/ctx';
import { findChannel } from './channel.store.ts';
import { configOf } from './channels.service.ts';

export async function unsealedConfigs(ctx: Ctx, key: string, id: string) {
  const channel = await findChannel(ctx.db, id);
  return channel ? [{ box: channel.configBox, config: configOf(channel, key) }] : [];
}
