// Capture v1's own words: who sends (`PostHog-Sdk-Info`), and one result per event.

export type SdkInfo = {
  readonly library: string | undefined;
  readonly libraryVersion: string | undefined;
};

/** `posthog-node/5.70.0` → name and version, at the last slash. */
export function readSdkInfo(header: string | undefined): SdkInfo {
  const text = header?.trim() ?? '';
  if (text === '') return { library: undefined, libraryVersion: undefined };
  const slash = text.lastIndexOf('/');
  if (slash <= 0) return { library: text, libraryVersion: undefined };
  return { library: text.slice(0, slash), libraryVersion: text.slice(slash + 1) || undefined };
}

type Outcome = {
  readonly uuid: string | undefined;
  readonly result: string;
  readonly details?: string;
};
export type EventResult = { readonly result: string; readonly details?: string };

/** Results by event uuid; an event without a readable one cannot be named and is left out. */
export function resultsByUuid(outcomes: readonly Outcome[]): Record<string, EventResult> {
  return Object.fromEntries(
    outcomes.flatMap(({ uuid, result, details }) =>
      uuid === undefined
        ? []
        : [[uuid, { result, ...(details === undefined ? {} : { details }) }] as const],
    ),
  );
}
