// What the address of a request for flags says: which shape of answer, with or without configuration.
import type { FlagsShape } from './flags-response.ts';

export type FlagsQuery = {
  readonly shape: FlagsShape;
  /** Merge the remote configuration into the answer. */
  readonly withConfig: boolean;
  /** Only flags that target surveys. */
  readonly isForSurveys: boolean;
};

/** `/flags` and its ancestor, which counts versions differently. */
export type FlagsPath = 'flags' | 'decide';

const NO_QUERY: Readonly<Record<string, string>> = Object.freeze({});

/** The query parameters of an address; of repeated ones the last. */
export function splitQuery(url: string): Readonly<Record<string, string>> {
  const start = url.indexOf('?');
  if (start < 0) return NO_QUERY;
  const query = url.slice(start + 1);
  // What every current SDK asks.
  if (query === 'v=2') return { v: '2' };
  return Object.fromEntries(new URLSearchParams(query));
}

/** Reads the query; parameters that are not known are passed over. */
export function readFlagsQuery(
  path: FlagsPath,
  query: Readonly<Record<string, string>>,
): FlagsQuery {
  const version = Number.parseInt(query['v'] ?? query['version'] ?? '', 10);
  const config = query['config'];
  return {
    shape: path === 'flags' ? flagsShape(version) : decideShape(version),
    withConfig:
      path === 'decide' || Number.isNaN(version)
        ? config !== 'false' && config !== '0'
        : config === 'true' || config === '1',
    isForSurveys: isTrue(query['only_evaluate_survey_feature_flags']),
  };
}

/** No version means the newest; 3 and above are asked for by no released SDK. */
function flagsShape(version: number): FlagsShape {
  return version === 1 ? 'map-with-payloads' : 'details';
}

function decideShape(version: number): FlagsShape {
  if (version === 2) return 'enabled-map';
  if (version === 3) return 'map-with-payloads';
  return version >= 4 ? 'details' : 'keys';
}

function isTrue(value: string | undefined): boolean {
  return value === 'true' || value === '1';
}
