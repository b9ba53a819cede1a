// Whether the team's own accounts are left out, where the project says which those are.
import { Switch } from '@mantine/core';
import type { EventsQuestion } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';

type TestAccountsProps = {
  readonly query: EventsQuestion;
  readonly scope: Scope;
  readonly onChange: (query: EventsQuestion) => void;
};

export function TestAccounts({ query, scope, onChange }: TestAccountsProps) {
  return (
    <TestAccountsSwitch
      isOn={query.filterTestAccounts === true}
      scope={scope}
      onChange={(filterTestAccounts) => onChange({ ...query, filterTestAccounts })}
    />
  );
}

type TestAccountsSwitchProps = {
  readonly isOn: boolean;
  readonly scope: Scope;
  readonly onChange: (isOn: true | undefined) => void;
};

export function TestAccountsSwitch({ isOn, scope, onChange }: TestAccountsSwitchProps) {
  const isKnown = scope.project.test_account_filters.length > 0;
  if (!isKnown && !isOn) return null;
  return (
    <Switch
      label="Leave out test accounts"
      checked={isOn}
      onChange={({ currentTarget: { checked } }) => onChange(checked ? true : undefined)}
    />
  );
}
