// Runs in the browser: the text of this class goes out with `/array/<token>/config.js`, which posthog-js loads
// by itself. It opens the environment's event stream and asks posthog-js for the flags again when they change.
// Written for old browsers, with nothing from outside of its body.

/** What it uses of posthog-js. */
export type FollowingClient = {
  readonly config?: {
    readonly token?: string;
    readonly api_host?: string;
    readonly flags_api_host?: string | null;
    readonly advanced_disable_flags?: boolean;
    readonly advanced_disable_decide?: boolean;
    readonly advanced_disable_feature_flags?: boolean;
  };
  readonly reloadFeatureFlags?: () => void;
};

type Source = {
  addEventListener(name: string, listener: (event: { readonly data: string }) => void): void;
  close(): void;
  onerror: (() => void) | null;
};

/** What it uses of the page. */
export type FollowedPage = {
  readonly document: {
    readonly visibilityState: string;
    addEventListener(name: string, listener: () => void): void;
  };
  readonly EventSource?: new (url: string) => Source;
  readonly Math: { random(): number };
  readonly JSON: { parse(text: string): unknown };
  posthog?: FollowingClient;
  /** By token: takes further clients of a stream that is followed already. */
  serinFollows?: Record<string, (client: FollowingClient) => void>;
  setTimeout(action: () => void, delayMs: number): unknown;
  addEventListener(name: string, listener: () => void): void;
};

export type FollowSettings = {
  readonly token: string;
  /** The environment's version when the script was made: what came later is told at once. */
  readonly version?: string | undefined;
};

/**
 * Follows the flags of one token in one page. A hidden page has no stream: browsers allow six connections per
 * host, and tabs share them.
 */
export class FlagFollower {
  declare page: FollowedPage;
  declare token: string;
  declare version: string | undefined;
  /** Clients that are no global of the page. */
  declare given: FollowingClient[];
  declare source: Source | undefined;
  declare failures: number;
  declare looks: number;
  declare hasOpened: boolean;
  declare isWaiting: boolean;
  declare isReloading: boolean;

  /** Begins to follow, once per page and token. `client` is given where the page has no global `posthog`. */
  static follow(page: FollowedPage, settings: FollowSettings, client?: FollowingClient): void {
    const all = (page.serinFollows = page.serinFollows || {});
    const known = all[settings.token];
    if (known) {
      if (client) known(client);
      return;
    }
    const follower = new this(page, settings, client);
    all[settings.token] = (another) => follower.add(another);
    page.document.addEventListener('visibilitychange', () => {
      if (page.document.visibilityState === 'hidden') follower.close();
      else follower.open();
    });
    page.addEventListener('online', () => follower.open());
    follower.later(0);
  }

  constructor(page: FollowedPage, settings: FollowSettings, client?: FollowingClient) {
    this.page = page;
    this.token = settings.token;
    this.version = settings.version;
    this.given = client ? [client] : [];
    this.failures = 0;
    this.looks = 0;
    this.hasOpened = false;
    this.isWaiting = false;
    this.isReloading = false;
  }

  add(client: FollowingClient): void {
    if (this.given.indexOf(client) === -1) this.given.push(client);
    this.open();
  }

  /** Those of this token that want flags. The global one may come late: it is looked up each time. */
  clients(): FollowingClient[] {
    const { posthog } = this.page;
    const isOwn = posthog && posthog.config && posthog.config.token === this.token;
    const isNew = posthog && isOwn && this.given.indexOf(posthog) === -1;
    return (isNew ? this.given.concat([posthog]) : this.given).filter(({ config }) => {
      const isOff =
        config &&
        (config.advanced_disable_flags ||
          config.advanced_disable_decide ||
          config.advanced_disable_feature_flags);
      return !isOff;
    });
  }

  open(): void {
    const { page, token, version } = this;
    if (this.source || !page.EventSource || page.document.visibilityState === 'hidden') return;
    const [first] = this.clients();
    if (!first || !first.config) {
      this.looks += 1;
      // posthog-js may be set up a little later than its configuration arrives; 6 s is late enough.
      if (4 > this.looks) this.later(1000 * this.looks);
      return;
    }
    const host = first.config.flags_api_host || first.config.api_host || '';
    const since = version === undefined ? '' : `&last_event_id=${encodeURIComponent(version)}`;
    const path = `/flags/stream?token=${encodeURIComponent(token)}${since}`;
    const opened = new page.EventSource(host.replace(/\/+$/, '') + path);
    opened.addEventListener('ready', (event) => this.onEvent(event));
    opened.addEventListener('change', (event) => this.onEvent(event));
    // Not left to the browser, which would come again every few seconds for ever.
    opened.onerror = () => this.onError(opened);
    this.source = opened;
  }

  close(): void {
    if (this.source) this.source.close();
    this.source = undefined;
  }

  later(pauseMs: number): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    this.page.setTimeout(() => {
      this.isWaiting = false;
      this.open();
    }, pauseMs);
  }

  onEvent(event: { readonly data: string }): void {
    const data = this.page.JSON.parse(event.data) as { version: string; spread_ms?: number };
    this.version = data.version;
    this.hasOpened = true;
    this.failures = 0;
    if (data.spread_ms === undefined || this.isReloading) return;
    this.isReloading = true;
    this.page.setTimeout(() => this.reload(), this.page.Math.random() * data.spread_ms);
  }

  onError(failed: Source): void {
    if (failed !== this.source) return;
    this.close();
    this.failures += 1;
    // Never reached in five attempts: a proxy or a content security policy is in between.
    if (!this.hasOpened && this.failures >= 5) return;
    const pauseMs = Math.min(60000, 500 * Math.pow(2, this.failures));
    this.later(pauseMs * (0.5 + this.page.Math.random() / 2));
  }

  reload(): void {
    this.isReloading = false;
    this.clients().forEach((client) => {
      try {
        if (client.reloadFeatureFlags) client.reloadFeatureFlags();
      } catch {
        // A client that was shut down: the others go on.
      }
    });
  }
}
