// How somebody likes recordings to be played; remembered by the browser.
import { useLocalStorage } from '@mantine/hooks';

type Preferences = {
  readonly speed: number;
  /** Jump over times in which nobody does anything. */
  readonly skipsPauses: boolean;
};

export const usePreferences = () =>
  useLocalStorage<Preferences>({
    key: 'serin-replay',
    defaultValue: { speed: 1, skipsPauses: true },
    getInitialValueInEffect: false,
  });
