// Which conditions can be asked as they stand.
import type { StoredCondition } from '../targeting/condition-draft.ts';
import { conditionFrom } from '../targeting/condition-draft.ts';
import { conditionProblems } from '../targeting/condition-problem.ts';
import type { Condition } from './filter.ts';

export function isWhole(condition: Condition): boolean {
  switch (condition.kind) {
    case 'flag_called':
    case 'flag_value':
    case 'flag_changed':
      return condition.flag !== '';
    case 'url':
      return condition.value !== '';
    case 'measure':
      return condition.min !== undefined || condition.max !== undefined;
    case 'property':
      return (
        conditionProblems([conditionFrom(condition.property as StoredCondition)], '').length === 0
      );
    case 'library':
      return condition.library !== '';
    default:
      return true;
  }
}
