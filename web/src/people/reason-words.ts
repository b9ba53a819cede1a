// Why a flag is for somebody what it is, in a few words.
import type { PersonFlags } from '../api/flag-people.ts';

type Reason = PersonFlags[string]['evaluation'];

export function reasonWords({ reason, condition_index: index, forced_by: by }: Reason): string {
  if (by === 'override') return 'Overridden for this person';
  if (by === 'kill_switch') return 'Its kill switch is on';
  const set = index === null ? 'A set' : `Set ${index + 1}`;
  switch (reason) {
    case 'condition_match':
      return `${set} takes them in`;
    case 'out_of_rollout_bound':
      return `${set} matches, but its share does not reach them`;
    case 'no_group_type':
      return `${set} deals out by a group that they are not in`;
    case 'super_condition_value':
      return 'They chose so in early access';
    case 'holdout_condition_value':
      return 'They are held out';
    case 'missing_dependency':
      return 'It waits for a flag that is not there';
    case 'flag_disabled':
      return 'The flag is off';
    default:
      return 'No set matches them';
  }
}
