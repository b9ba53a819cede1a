// The events that a browser with posthog-js sends during one visit.
import type { JsonObject } from '#kernel/json';
import type { Rng } from '#kernel/rng';
import { logNormal, uuidAt } from './chance.ts';
import { flagsAt } from './releases.ts';
import type { Account, Shopper } from './shopper.ts';

/** An event as SDKs send it. */
export type ShopEvent = {
  readonly uuid: string;
  readonly event: string;
  readonly distinct_id: string;
  readonly timestamp: string;
  readonly properties: JsonObject;
};

export type VisitPlan = {
  readonly shopper: Shopper;
  readonly rng: Rng;
  readonly atMs: number;
  /** Days from the start of the story. */
  readonly day: number;
  /** Known since an earlier visit. */
  readonly account: Account | undefined;
  /** Tells events of one seeding from all others. */
  readonly run: string;
};

const ORIGIN = 'https://hedgerow.example';
const MEASURED_SHARE = 0.4;
const LIB_VERSION = '1.434.18';

/** Walks through the shop, event by event. */
export class Trail {
  readonly #plan: VisitPlan;
  readonly #sessionId: string;
  readonly #windowId: string;
  readonly flags: Readonly<Record<string, boolean>>;
  readonly events: ShopEvent[] = [];
  #account: Account | undefined;
  #atMs: number;
  #path = '/';
  #pageSinceMs: number | undefined;

  constructor(plan: VisitPlan) {
    this.#plan = plan;
    this.#account = plan.account;
    this.#atMs = plan.atMs;
    this.#sessionId = uuidAt(plan.rng, plan.atMs);
    this.#windowId = uuidAt(plan.rng, plan.atMs);
    this.flags = flagsAt(plan.day, plan.shopper.ranks);
  }

  get isLoggedIn(): boolean {
    return this.#account !== undefined;
  }

  /** Some seconds go by. */
  wait(median: number): this {
    this.#atMs += Math.max(50, Math.floor(logNormal(this.#plan.rng, median * 1000, 0.5)));
    return this;
  }

  add(event: string, properties: JsonObject = {}): this {
    // No two events of a browser happen in the same millisecond.
    this.#atMs += 1;
    this.events.push({
      uuid: uuidAt(this.#plan.rng, this.#atMs),
      event,
      distinct_id: this.#account?.id ?? this.#plan.shopper.deviceId,
      timestamp: new Date(this.#atMs).toISOString(),
      properties: { ...this.#common(), ...properties },
    });
    return this;
  }

  /** Leaves the page for another one. @param load largest contentful paint on a good computer, milliseconds */
  page(path: string, title: string, load: number): this {
    this.leave();
    this.#path = path;
    this.add('$pageview', { title });
    this.#pageSinceMs = this.#atMs;
    const { rng, shopper } = this.#plan;
    // Some leave before anything could be measured.
    if (rng() > MEASURED_SHARE) return this;
    const paint = logNormal(rng, load * shopper.device.slowness, 0.35);
    this.wait(2);
    return this.add('$web_vitals', {
      $web_vitals_LCP_value: Math.round(paint),
      $web_vitals_FCP_value: Math.round(paint * (0.5 + rng() * 0.3)),
      $web_vitals_INP_value: Math.round(logNormal(rng, 60 * shopper.device.slowness, 0.6)),
      $web_vitals_CLS_value: Number((rng() ** 4 * 0.3).toFixed(3)),
    });
  }

  leave(): void {
    if (this.#pageSinceMs === undefined) return;
    const { rng } = this.#plan;
    this.wait(1).add('$pageleave', {
      $prev_pageview_pathname: this.#path,
      $prev_pageview_duration: (this.#atMs - this.#pageSinceMs) / 1000,
      $prev_pageview_max_scroll_percentage: Number(Math.min(1, 0.3 + rng()).toFixed(2)),
    });
    this.#pageSinceMs = undefined;
  }

  click(text: string, event: '$autocapture' | '$rageclick' = '$autocapture'): this {
    return this.add(event, {
      $event_type: 'click',
      $el_text: text,
      $elements: [
        { tag_name: 'button', $el_text: text, nth_child: 1, nth_of_type: 1 },
        { tag_name: 'main', nth_child: 2, nth_of_type: 1 },
      ],
    });
  }

  /** What was anonymous is theirs from now on. */
  logIn(account: Account, facts: { readonly set: JsonObject; readonly setOnce: JsonObject }): this {
    this.#account = account;
    return this.add('$identify', {
      $anon_distinct_id: this.#plan.shopper.deviceId,
      $set: facts.set,
      $set_once: facts.setOnce,
    });
  }

  #common(): JsonObject {
    const { shopper, run } = this.#plan;
    const { country, device, source } = shopper;
    const company = this.#account?.company;
    const flags = Object.entries(this.flags);
    return {
      $lib: 'web',
      $lib_version: LIB_VERSION,
      $current_url: `${ORIGIN}${this.#path}`,
      $host: 'hedgerow.example',
      $pathname: this.#path,
      $session_id: this.#sessionId,
      $window_id: this.#windowId,
      $device_id: shopper.deviceId,
      $is_identified: this.isLoggedIn,
      ...(!this.isLoggedIn && { $process_person_profile: false }),
      $browser: device.browser,
      $browser_version: device.browserVersion,
      $os: device.os,
      $device_type: device.type,
      $viewport_width: device.width,
      $viewport_height: device.height,
      $referrer: source.referrer,
      $referring_domain: source.domain,
      ...(source.campaign !== undefined && { utm_campaign: source.campaign }),
      $geoip_country_code: country.code,
      $geoip_country_name: country.name,
      ...(company && { $groups: { company: company.key } }),
      $active_feature_flags: flags.filter(([, isOn]) => isOn).map(([key]) => key),
      ...Object.fromEntries(flags.map(([key, isOn]) => [`$feature/${key}`, isOn])),
      demo_run: run,
      demo_shopper: shopper.index,
    };
  }
}
