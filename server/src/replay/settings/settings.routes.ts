// Recording settings over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { type RecordingSettingsBody, recordingSettingsRoutes } from './settings.contract.ts';
import {
  type SettingsChange,
  type SettingsDirectory,
  changeSettings,
  getSettings,
} from './settings.service.ts';
import type { StoredSettings } from './settings.ts';

export function registerRecordingSettings(
  app: FastifyInstance,
  http: HttpDeps,
  directory: SettingsDirectory,
): void {
  registerRoutes(app, http, recordingSettingsRoutes, {
    get: async (ctx) => toBody(await getSettings(projectCtx(ctx))),
    update: async (ctx, { body }) => {
      const changed = await changeSettings(projectCtx(ctx), toChange(body), body.version);
      await directory.settled();
      return toBody(changed);
    },
  });
}

type Body = z.input<typeof RecordingSettingsBody>;

function toBody({ settings, version }: StoredSettings): Body {
  const { masking, privacy } = settings;
  return {
    version,
    enabled: settings.isOn,
    sample_rate: settings.sampleRate,
    minimum_duration_seconds: settings.minimumDurationMs / 1000,
    linked_flag: settings.linkedFlag,
    match_type: settings.matchType,
    url_triggers: [...settings.urlTriggers],
    url_blocklist: [...settings.urlBlocklist],
    event_triggers: [...settings.eventTriggers],
    follow_rollouts: settings.followsRollouts,
    masking: {
      mask_all_inputs: masking.maskAllInputs,
      mask_text_selector: masking.maskTextSelector,
      block_selector: masking.blockSelector,
      mask_all_element_attributes: masking.maskAllElementAttributes,
    },
    capture_console: settings.capturesConsole,
    capture_network: settings.capturesNetwork,
    capture_headers: settings.capturesHeaders,
    capture_bodies: settings.capturesBodies,
    capture_canvas: settings.capturesCanvas,
    capture_dead_clicks: settings.capturesDeadClicks,
    canvas_fps: settings.canvasFps,
    canvas_quality: settings.canvasQuality,
    privacy: {
      mask_all_text: privacy.maskAllText,
      mask_emails: privacy.maskEmails,
      mask_cards: privacy.maskCards,
      mask_accounts: privacy.maskAccounts,
      mask_phones: privacy.maskPhones,
      mask_tokens: privacy.maskTokens,
    },
    retention_days: settings.retentionDays,
    body_viewers: [...settings.bodyViewers],
  };
}

type Partially<T> = { readonly [K in keyof T]?: T[K] | undefined };
type Given = Partially<Omit<Body, 'masking' | 'privacy'>> & {
  readonly masking?: Partially<Body['masking']> | undefined;
  readonly privacy?: Partially<Body['privacy']> | undefined;
};

function toChange(body: Given): SettingsChange {
  const { masking = {}, privacy = {} } = body;
  return {
    isOn: body.enabled,
    sampleRate: body.sample_rate,
    minimumDurationMs:
      body.minimum_duration_seconds && Math.round(body.minimum_duration_seconds * 1000),
    linkedFlag: body.linked_flag,
    matchType: body.match_type,
    urlTriggers: body.url_triggers,
    urlBlocklist: body.url_blocklist,
    eventTriggers: body.event_triggers,
    followsRollouts: body.follow_rollouts,
    masking: {
      maskAllInputs: masking.mask_all_inputs,
      maskTextSelector: masking.mask_text_selector,
      blockSelector: masking.block_selector,
      maskAllElementAttributes: masking.mask_all_element_attributes,
    },
    capturesConsole: body.capture_console,
    capturesNetwork: body.capture_network,
    capturesHeaders: body.capture_headers,
    capturesBodies: body.capture_bodies,
    capturesCanvas: body.capture_canvas,
    capturesDeadClicks: body.capture_dead_clicks,
    canvasFps: body.canvas_fps,
    canvasQuality: body.canvas_quality,
    privacy: {
      maskAllText: privacy.mask_all_text,
      maskEmails: privacy.mask_emails,
      maskCards: privacy.mask_cards,
      maskAccounts: privacy.mask_accounts,
      maskPhones: privacy.mask_phones,
      maskTokens: privacy.mask_tokens,
    },
    retentionDays: body.retention_days,
    bodyViewers: body.body_viewers,
  };
}
