// Properties of a person or an event: those that the team named first, the SDK's own after them.
import styles from './property-table.module.css';

type PropertyTableProps = { readonly properties: Readonly<Record<string, unknown>> };

/** Own properties before the SDK's (`$…`), each by name. */
export function sortedProperties(
  properties: PropertyTableProps['properties'],
): (readonly [string, unknown])[] {
  const rank = (name: string) => Number(name.startsWith('$'));
  return Object.entries(properties).toSorted(
    ([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : Number(a > b)),
  );
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

export function PropertyTable({ properties }: PropertyTableProps) {
  return (
    <table className={styles.table}>
      <tbody>
        {sortedProperties(properties).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{valueText(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
