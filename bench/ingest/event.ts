// One event of the size and shape that posthog-js sends: some forty properties, a few flag values.

const PROPERTIES: Readonly<Record<string, unknown>> = {
  $os: 'Linux',
  $os_version: '6.1',
  $browser: 'Chrome',
  $browser_version: 140,
  $browser_language: 'en-US',
  $device_type: 'Desktop',
  $timezone: 'Europe/Berlin',
  $current_url: 'https://shop.example/category/shoes?page=2&sort=price',
  $host: 'shop.example',
  $pathname: '/category/shoes',
  $raw_user_agent:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  $screen_height: 1080,
  $screen_width: 1920,
  $viewport_height: 900,
  $viewport_width: 1600,
  $lib: 'web',
  $lib_version: '1.434.18',
  $referrer: 'https://www.example.org/',
  $referring_domain: 'www.example.org',
  $session_id: '01a1f921-0cc3-7ed0-a9d6-153ea026bbda',
  $window_id: '01a1f921-0cc3-7ed0-a9d6-153f32a5ab81',
  $pageview_id: '01a1f921-0c9e-7070-b008-0809cec5fd67',
  $device_id: '01a1f921-0c8f-74ea-90ce-76b3769beda4',
  $is_identified: false,
  $process_person_profile: false,
  $active_feature_flags: ['new-checkout', 'button-color'],
  '$feature/new-checkout': true,
  '$feature/button-color': 'green',
  '$feature/off-flag': false,
  title: 'Shoes, page 2',
  utm_source: 'newsletter',
  utm_campaign: 'autumn',
  basket_items: 3,
  basket_value: 129.9,
  currency: 'EUR',
};

const NAMES = ['$pageview', '$autocapture', 'item_added', 'purchase'] as const;

/** The `index`th event of a request; its person is one of a thousand. */
export function anEvent(index = 0) {
  return {
    event: NAMES[index % NAMES.length] ?? '$pageview',
    distinct_id: `visitor-${(index * 7919) % 1000}`,
    properties: PROPERTIES,
    timestamp: new Date().toISOString(),
  };
}
