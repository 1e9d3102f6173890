import { narrowSelector } from '@fleetmend/domain/inventory/narrow-selector.ts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useRead } from '../client.ts';
import { HostText } from '../ui/HostText.tsx';
import { Panel } from '../ui/Panel.tsx';
import classes from './inventory.module.css';

const route = getRouteApi('/shell/assets');
const SHOWN = 8;

/** What the machines of the list have in common, with how many have it; a click narrows the list to them. */
export function AssetFacets({ filter }: { filter: string }) {
  const search = route.useSearch();
  const query = useRead('listAssetFacets', { query: { filter } }, { every: 30_000 });
  const facets = query.data?.facets ?? [];
  if (facets.length === 0) return null;
  return (
    <Panel title="Narrow down">
      <div className="stack">
        {facets.map(({ key, values }) => (
          <section key={key} aria-label={key}>
            <h3 className={classes['facet']}>{key}</h3>
            <ul className={classes['values']}>
              {values.slice(0, SHOWN).map(({ value, count }) => (
                <li key={value}>
                  <Link to="/assets" search={{ ...search, filter: narrowSelector(filter, key, value) }}>
                    <HostText text={value} />
                  </Link>{' '}
                  <span className="small muted">{count}</span>
                </li>
              ))}
              {values.length > SHOWN && <li className="small muted">{values.length - SHOWN} more</li>}
            </ul>
          </section>
        ))}
      </div>
    </Panel>
  );
}
