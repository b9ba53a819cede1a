// People who use a product behind a flag: each asks for it as an SDK does, looks at a page, and perhaps
// runs into an error.
import type { App } from './app.ts';

type Person = { readonly distinctId: string; readonly value: boolean };

async function askFlag({ serin }: App, flagKey: string, distinctId: string): Promise<boolean> {
  const response = await fetch(`${serin.url}/flags/?v=2`, {
    method: 'POST',
    body: JSON.stringify({
      api_key: serin.projectToken,
      distinct_id: distinctId,
      flag_keys_to_evaluate: [flagKey],
    }),
  });
  const { flags } = (await response.json()) as { flags: Record<string, { enabled: boolean }> };
  return flags[flagKey]?.enabled ?? false;
}

function eventsOf({ distinctId, value }: Person, flagKey: string, fails: boolean) {
  const properties = { distinct_id: distinctId, [`$feature/${flagKey}`]: value };
  const called = { ...properties, $feature_flag: flagKey, $feature_flag_response: value };
  return [
    { event: '$feature_flag_called', properties: called },
    { event: '$pageview', properties },
    ...(fails ? [{ event: '$exception', properties }] : []),
  ];
}

/** Lets `count` new people pass; with the flag on, `failing` decides who runs into an error. */
export async function letPass(
  app: App,
  flagKey: string,
  count: number,
  failing: (index: number) => boolean,
): Promise<void> {
  const people = await Promise.all(
    Array.from({ length: count }, async (): Promise<Person> => {
      const distinctId = crypto.randomUUID();
      return { distinctId, value: await askFlag(app, flagKey, distinctId) };
    }),
  );
  const batch = people.flatMap((person, index) =>
    eventsOf(person, flagKey, person.value && failing(index)),
  );
  const response = await fetch(`${app.serin.url}/batch/`, {
    method: 'POST',
    body: JSON.stringify({ api_key: app.serin.projectToken, batch }),
  });
  if (!response.ok) throw new Error(`batch: ${response.status} ${await response.text()}`);
}
