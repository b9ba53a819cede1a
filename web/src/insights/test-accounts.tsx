// Whether the team's own accounts are left out, where the project says which those are.
import { Switch } from '@mantine/core';
import type { InsightQuery } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';

type TestAccountsProps = {
  readonly query: InsightQuery;
  readonly scope: Scope;
  readonly onChange: (query: InsightQuery) => void;
};

export function TestAccounts({ query, scope, onChange }: TestAccountsProps) {
  const isKnown = scope.project.test_account_filters.length > 0;
  const isOn = query.filterTestAccounts === true;
  if (!isKnown && !isOn) return null;
  return (
    <Switch
      label="Leave out test accounts"
      checked={isOn}
      onChange={({ currentTarget: { checked } }) =>
        onChange({ ...query, filterTestAccounts: checked ? true : undefined })
      }
    />
  );
}
