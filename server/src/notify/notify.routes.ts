// Notification routes: contract → service.
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import type { Channel, ChannelConfig } from './channel.ts';
import {
  addChannel,
  changeChannel,
  listProjectChannels,
  removeChannel,
  rotateSecret,
} from './channels.service.ts';
import { listChannelDeliveries } from './delivery-log.service.ts';
import { type ChannelConfigInput, notifyRoutes } from './notify.contract.ts';
import type { Notifications } from './notifications.service.ts';
import { sendTest } from './test-message.service.ts';

export function registerNotifications(
  app: FastifyInstance,
  http: HttpDeps,
  notifications: Pick<Notifications, 'sealKey' | 'transport'>,
): void {
  const { sealKey } = notifications;
  registerRoutes(app, http, notifyRoutes, {
    list: async (request) => {
      const results = (await listProjectChannels(projectCtx(request))).map((one) => toBody(one));
      return { count: results.length, next: null, previous: null, results };
    },
    create: async (request, { body }) => {
      const { channel, secret } = await addChannel(projectCtx(request), await sealKey(), {
        name: body.name,
        config: toConfig(body.config),
        types: body.types,
        leastSeverity: body.least_severity,
        isEnabled: body.enabled,
        level: body.level,
      });
      return toBody(channel, secret);
    },
    update: async (request, { params, body }) =>
      toBody(
        await changeChannel(projectCtx(request), await sealKey(), params.channel_id, {
          name: body.name,
          config: body.config && toConfig(body.config),
          types: body.types,
          leastSeverity: body.least_severity,
          isEnabled: body.enabled,
          level: body.level,
        }),
      ),
    remove: (request, { params }) => removeChannel(projectCtx(request), params.channel_id),
    rotateSecret: async (request, { params }) => {
      const ctx = projectCtx(request);
      const { channel, secret } = await rotateSecret(ctx, await sealKey(), params.channel_id);
      return toBody(channel, secret);
    },
    test: (request, { params }) => sendTest(projectCtx(request), notifications, params.channel_id),
    deliveries: async (request, { params, query }, io) => {
      const log = await listChannelDeliveries(projectCtx(request), params.channel_id, query);
      return pageOf(io.request.url, { count: log.count, ...query }, log.deliveries);
    },
  });
}

function toConfig(input: z.output<typeof ChannelConfigInput>): ChannelConfig {
  switch (input.kind) {
    case 'slack_bot':
      return {
        kind: input.kind,
        token: input.token,
        channel: input.channel,
        apiUrl: input.api_url,
      };
    case 'pagerduty':
      return { kind: input.kind, routingKey: input.routing_key, apiUrl: input.api_url };
    case 'opsgenie':
      return { kind: input.kind, apiKey: input.api_key, apiUrl: input.api_url, team: input.team };
    case 'intercom':
      return {
        kind: input.kind,
        token: input.token,
        adminId: Number(input.admin_id),
        apiUrl: input.api_url,
        clientSecret: input.client_secret,
      };
    case 'webhook':
      return { ...input, secrets: [] };
    default:
      return input;
  }
}

function toBody(channel: Channel, secret: string | null = null) {
  return {
    id: channel.id,
    name: channel.name,
    kind: channel.kind,
    hint: channel.hint,
    types: [...channel.types],
    least_severity: channel.leastSeverity,
    enabled: channel.isEnabled,
    disabled_reason: channel.disabledReason,
    level: channel.level,
    tested_at: channel.testedAt?.toISOString() ?? null,
    created_at: channel.createdAt.toISOString(),
    ...(secret === null ? {} : { signing_secret: secret }),
  };
}
