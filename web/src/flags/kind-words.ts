// Kinds of flags in words.
import type { FlagKind } from 'serin/flags/flag';

export const KIND_WORDS: Readonly<Record<FlagKind, string>> = {
  release: 'Release',
  experiment: 'Experiment',
  ops: 'Operations',
  kill_switch: 'Kill switch',
  permission: 'Permission',
  remote_config: 'Remote configuration',
};
