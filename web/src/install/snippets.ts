// Code to paste, for each SDK, with this server's address and the environment's token filled in.

import type { Snippet, SnippetInput } from './snippet.ts';

function htmlSnippet({ origin, token, flagKey, variant }: SnippetInput): Snippet {
  const condition = variant
    ? `posthog.getFeatureFlag('${flagKey}') === '${variant}'`
    : `posthog.isFeatureEnabled('${flagKey}')`;
  return {
    id: 'html',
    label: 'Web page',
    // The queue that posthog-js looks for when it has loaded: what to start with, and calls made early.
    setUp: `<script>
  window.posthog = Object.assign([], {
    _i: [['${token}', { api_host: '${origin}' }]],
    people: [],
  });
  for (const name of ['capture', 'identify', 'reset', 'onFeatureFlags']) {
    posthog[name] = (...given) => posthog.push([name, ...given]);
  }
</script>
<script async src="${origin}/static/array.js"></script>`,
    use: `posthog.onFeatureFlags(() => {
  if (${condition}) {
    // the new version
  }
});`,
    note: 'Already have the PostHog snippet on the page? Only change its token and its api_host.',
  };
}

function browserSnippet(input: SnippetInput): Snippet {
  const { origin, token } = input;
  return {
    id: 'browser',
    label: 'Browser (npm)',
    install: 'npm install posthog-js',
    setUp: `import posthog from 'posthog-js';

posthog.init('${token}', {
  api_host: '${origin}',
});`,
    use: htmlSnippet(input).use,
  };
}

function reactSnippet({ origin, token, flagKey, variant }: SnippetInput): Snippet {
  const hook = variant
    ? `const isNew = useFeatureFlagVariantKey('${flagKey}') === '${variant}';`
    : `const isNew = useFeatureFlagEnabled('${flagKey}');`;
  const hookName = variant ? 'useFeatureFlagVariantKey' : 'useFeatureFlagEnabled';
  return {
    id: 'react',
    label: 'React',
    install: 'npm install posthog-js',
    setUp: `import { PostHogProvider } from 'posthog-js/react';

createRoot(document.getElementById('root')).render(
  <PostHogProvider apiKey="${token}" options={{ api_host: '${origin}' }}>
    <App />
  </PostHogProvider>,
);`,
    use: `import { ${hookName} } from 'posthog-js/react';

function Checkout() {
  ${hook}
  return isNew ? <NewCheckout /> : <OldCheckout />;
}`,
  };
}

function nodeUse({ flagKey, variant }: SnippetInput): string {
  return variant
    ? `const variant = await client.getFeatureFlag('${flagKey}', 'user-id');
if (variant === '${variant}') {
  // the new version
}`
    : `if (await client.isFeatureEnabled('${flagKey}', 'user-id')) {
  // the new version
}`;
}

function nodeSnippet(input: SnippetInput): Snippet {
  return {
    id: 'node',
    label: 'Node.js',
    install: 'npm install posthog-node',
    setUp: `import { PostHog } from 'posthog-node';

const client = new PostHog('${input.token}', {
  host: '${input.origin}',
});`,
    use: nodeUse(input),
    note: 'Call await client.shutdown() before the process ends, so that no event is lost.',
  };
}

function nodeLocalSnippet(input: SnippetInput): Snippet {
  return {
    id: 'node-local',
    label: 'Node.js, local',
    install: 'npm install posthog-node',
    setUp: `import { PostHog } from 'posthog-node';

const client = new PostHog('${input.token}', {
  host: '${input.origin}',
  // Needs the scope feature_flag:read. Keep it out of browsers.
  personalApiKey: process.env.SERIN_PERSONAL_API_KEY,
});`,
    use: nodeUse(input),
    note: 'Flags are then decided inside your process; definitions are fetched every 30 seconds.',
  };
}

function pythonSnippet({ origin, token, flagKey, variant }: SnippetInput): Snippet {
  const use = variant
    ? `if posthog.get_feature_flag("${flagKey}", "user-id") == "${variant}":
    ...  # the new version`
    : `if posthog.feature_enabled("${flagKey}", "user-id"):
    ...  # the new version`;
  return {
    id: 'python',
    label: 'Python',
    install: 'pip install posthog',
    setUp: `from posthog import Posthog

posthog = Posthog("${token}", host="${origin}")`,
    use,
    note: 'For decisions inside your process add personal_api_key="phx_…" with the scope feature_flag:read.',
  };
}

/** Every snippet of PostHog's SDKs, in the order in which they are offered. */
export function posthogSnippets(input: SnippetInput): readonly Snippet[] {
  return [
    htmlSnippet(input),
    browserSnippet(input),
    reactSnippet(input),
    nodeSnippet(input),
    nodeLocalSnippet(input),
    pythonSnippet(input),
  ];
}
