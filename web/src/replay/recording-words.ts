// A recording in words.
import type { ListedRecording, Recording } from '../api/recordings.ts';

type Known = Pick<Recording, 'person' | 'distinct_id'>;

/** The name of whom it is of: mail address or name if the person has one, else the id. */
export function whoOf({ person, distinct_id: distinctId }: Known): string {
  const { email, name } = person?.properties ?? {};
  const words = [email, name].find((word) => typeof word === 'string' && word !== '');
  return typeof words === 'string' ? words : distinctId;
}

/** What went wrong in it, worst first; empty when nothing did. */
export function troublesOf(recording: ListedRecording): { label: string; count: number }[] {
  return [
    { one: 'exception', count: recording.exception_count },
    { one: 'console error', count: recording.console_error_count },
    { one: 'rage click', count: recording.rage_click_count },
    {
      one: 'failed request',
      count:
        recording.network_5xx_count + recording.network_4xx_count + recording.network_error_count,
    },
  ]
    .filter(({ count }) => count > 0)
    .map(({ one, count }) => ({ label: count === 1 ? one : `${one}s`, count }));
}
