// The same for OpenFeature: any of its SDKs with the OFREP provider of its language.
import type { ValueType } from 'serin/flags/flag';
import type { Snippet, SnippetInput } from './snippet.ts';

/** How a language asks for a value of a type, and the default that goes with it. */
type Ask = Readonly<Record<ValueType, readonly [method: string, fallback: string]>>;

const JAVASCRIPT: Ask = {
  boolean: ['getBooleanValue', 'false'],
  string: ['getStringValue', "'control'"],
  number: ['getNumberValue', '0'],
  object: ['getObjectValue', '{}'],
};
const PYTHON: Ask = {
  boolean: ['get_boolean_value', 'False'],
  string: ['get_string_value', '"control"'],
  number: ['get_float_value', '0.0'],
  object: ['get_object_value', '{}'],
};
const GO: Ask = {
  boolean: ['BooleanValue', 'false'],
  string: ['StringValue', '"control"'],
  number: ['FloatValue', '0'],
  object: ['ObjectValue', 'map[string]any{}'],
};

const SAME_KEY =
  'The targeting key is the distinct id: give people the same one everywhere, and they keep their value.';
const USES =
  'Changes arrive by themselves. So that rollouts know who used a flag, add the EventHook of @openfeature/open-telemetry-hooks and export its logs to /v1/logs here.';

function typeOf({ valueType, variant }: SnippetInput): ValueType {
  return valueType ?? (variant ? 'string' : 'boolean');
}

/** A value that is compared in a condition, or just taken. */
function javascriptUse(input: SnippetInput, call: string): string {
  const type = typeOf(input);
  if (type === 'number' || type === 'object') return `const value = ${call};`;
  const condition = type === 'string' ? `${call} === '${input.variant ?? 'test'}'` : call;
  return `if (${condition}) {
  // the new version
}`;
}

function nodeSnippet(input: SnippetInput): Snippet {
  const { origin, token, flagKey } = input;
  const [method, fallback] = JAVASCRIPT[typeOf(input)];
  const call = `await client.${method}('${flagKey}', ${fallback}, context)`;
  return {
    id: 'openfeature-node',
    label: 'Node.js',
    install:
      'npm install @openfeature/server-sdk @openfeature/ofrep-provider @openfeature/ofrep-core',
    setUp: `import { OpenFeature } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';

await OpenFeature.setProviderAndWait(new OFREPProvider({
  baseUrl: '${origin}',
  headers: { Authorization: 'Bearer ${token}' },
}));
const client = OpenFeature.getClient();`,
    use: `const context = { targetingKey: 'user-id', plan: 'pro' };
${javascriptUse(input, call)}`,
    note: SAME_KEY,
  };
}

function webProvider({ origin, token }: SnippetInput): string {
  return `new OFREPWebProvider({
  baseUrl: '${origin}',
  headers: [['Authorization', 'Bearer ${token}']],
})`;
}

function webSnippet(input: SnippetInput): Snippet {
  const [method, fallback] = JAVASCRIPT[typeOf(input)];
  return {
    id: 'openfeature-web',
    label: 'Browser',
    install: 'npm install @openfeature/web-sdk @openfeature/ofrep-web-provider',
    setUp: `import { OpenFeature } from '@openfeature/web-sdk';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';

await OpenFeature.setContext({ targetingKey: 'user-id' });
await OpenFeature.setProviderAndWait(${webProvider(input)});
const client = OpenFeature.getClient();`,
    use: javascriptUse(input, `client.${method}('${input.flagKey}', ${fallback})`),
    note: USES,
  };
}

function reactSnippet(input: SnippetInput): Snippet {
  const type = typeOf(input);
  const [, fallback] = JAVASCRIPT[type];
  const isNew = type === 'string' ? `value === '${input.variant ?? 'test'}'` : 'value';
  const shown =
    type === 'boolean' || type === 'string'
      ? `${isNew} ? <NewCheckout /> : <OldCheckout />`
      : '<Checkout settings={value} />';
  return {
    id: 'openfeature-react',
    label: 'React',
    install:
      'npm install @openfeature/react-sdk @openfeature/web-sdk @openfeature/ofrep-web-provider',
    setUp: `import { OpenFeature, OpenFeatureProvider } from '@openfeature/react-sdk';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';

await OpenFeature.setContext({ targetingKey: 'user-id' });
OpenFeature.setProvider(${webProvider(input)});

createRoot(document.getElementById('root')).render(
  <OpenFeatureProvider>
    <App />
  </OpenFeatureProvider>,
);`,
    use: `import { useFlag } from '@openfeature/react-sdk';

function Page() {
  const { value } = useFlag('${input.flagKey}', ${fallback});
  return ${shown};
}`,
    note: USES,
  };
}

function pythonSnippet(input: SnippetInput): Snippet {
  const { origin, token, flagKey, variant } = input;
  const type = typeOf(input);
  const [method, fallback] = PYTHON[type];
  const call = `client.${method}("${flagKey}", ${fallback}, context)`;
  const condition = type === 'string' ? `${call} == "${variant ?? 'test'}"` : call;
  const use =
    type === 'boolean' || type === 'string'
      ? `if ${condition}:\n    ...  # the new version`
      : `value = ${call}`;
  return {
    id: 'openfeature-python',
    label: 'Python',
    install: 'pip install openfeature-sdk openfeature-provider-ofrep',
    setUp: `from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider

api.set_provider(OFREPProvider(
    base_url="${origin}",
    headers_factory=lambda: {"Authorization": "Bearer ${token}"},
))
client = api.get_client()`,
    use: `from openfeature.evaluation_context import EvaluationContext

context = EvaluationContext("user-id", {"plan": "pro"})
${use}`,
    note: SAME_KEY,
  };
}

function goSnippet(input: SnippetInput): Snippet {
  const { origin, token, flagKey, variant } = input;
  const type = typeOf(input);
  const [method, fallback] = GO[type];
  const condition = type === 'string' ? `value == "${variant ?? 'test'}"` : 'value';
  const use =
    type === 'boolean' || type === 'string' ? `\nif ${condition} {\n\t// the new version\n}` : '';
  return {
    id: 'openfeature-go',
    label: 'Go',
    install:
      'go get github.com/open-feature/go-sdk github.com/open-feature/go-sdk-contrib/providers/ofrep',
    setUp: `import (
	"github.com/open-feature/go-sdk-contrib/providers/ofrep"
	"github.com/open-feature/go-sdk/openfeature"
)

openfeature.SetProviderAndWait(ofrep.NewProvider(
	"${origin}",
	ofrep.WithBearerToken("${token}"),
))
client := openfeature.NewClient("my-app")`,
    use: `person := openfeature.NewEvaluationContext("user-id", map[string]any{"plan": "pro"})
value, _ := client.${method}(ctx, "${flagKey}", ${fallback}, person)${use}`,
    note: SAME_KEY,
  };
}

/** Every snippet of OpenFeature, in the order in which they are offered. */
export function openFeatureSnippets(input: SnippetInput): readonly Snippet[] {
  return [
    nodeSnippet(input),
    webSnippet(input),
    reactSnippet(input),
    pythonSnippet(input),
    goSnippet(input),
  ];
}
