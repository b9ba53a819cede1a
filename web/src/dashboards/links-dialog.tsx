// Public links of a dashboard.
import { useQuery } from '@tanstack/react-query';
import { linksQuery, useLinks } from '../api/dashboards.ts';
import type { Scope } from '../api/session.ts';
import { PublicLinks } from '../ui/public-links.tsx';

type LinksDialogProps = {
  readonly scope: Scope;
  readonly id: number;
  readonly onClose: () => void;
};

export function LinksDialog({ scope, id, onClose }: LinksDialogProps) {
  const links = useQuery(linksQuery(scope, id));
  return (
    <PublicLinks links={links} {...useLinks(scope, id)} path="/shared/" onClose={onClose}>
      Whoever has a link sees the names, texts and numbers of this dashboard in{' '}
      {scope.environment.name}, with the values that its tiles are broken down by, without signing
      in. No people, no conditions, no tiles of SQL, nothing else.
    </PublicLinks>
  );
}
