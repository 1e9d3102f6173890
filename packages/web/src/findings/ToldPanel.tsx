import type { Output } from '@fleetmend/api/client.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { AdvisoryLink } from './AdvisoryLink.tsx';

type Advisory = Output<'readAdvisory'>;
type Told = Advisory['told'][number];

const COLUMNS: readonly Column<Told>[] = [
  {
    key: 'advisory',
    title: 'Advisory',
    kind: 'fit',
    cell: (each) => (
      <>
        <b>
          <AdvisoryLink id={each.id} />
        </b>
        <div className="small muted">{each.feed_title}</div>
      </>
    ),
  },
  { key: 'says', title: 'What it says', cell: (each) => <Says each={each} /> },
  { key: 'rules', title: 'Rules', kind: 'end', cell: (each) => each.rules },
  {
    key: 'times',
    title: 'Published, changed',
    kind: 'fit',
    cell: (each) => (
      <>
        <Instant at={each.published} never="not dated" />
        {each.modified && (
          <div className="small muted">
            changed <Instant at={each.modified} />
          </div>
        )}
        <div className="small muted">
          loaded <Instant at={each.ingested_at} />
        </div>
      </>
    ),
  },
  {
    key: 'page',
    title: 'Elsewhere',
    kind: 'fit',
    cell: (each) =>
      each.page && (
        <a href={each.page} target="_blank" rel="noreferrer">
          <span className="visually-hidden">{each.id} at </span>
          {new URL(each.page).hostname}
        </a>
      ),
  },
];

function Says({ each }: { each: Told }) {
  const others = [...each.aliases, ...each.vulnerabilities].filter(
    (id, at, all) => id !== each.id && all.indexOf(id) === at,
  );
  return (
    <>
      {each.withdrawn && (
        <div>
          <b>
            Withdrawn <Instant at={each.withdrawn} />: it touches nothing.
          </b>
        </div>
      )}
      {each.summary && (
        <div>
          <HostText text={each.summary} />
        </div>
      )}
      {each.severity && (
        <div>
          <HostText text={`Severity: ${each.severity}`} />
        </div>
      )}
      {each.is_exploited && <div>Exploited, says its publisher.</div>}
      {each.vectors.map(({ vector }) => (
        <div key={vector} className="mono small breakable">
          <HostText text={vector} />
        </div>
      ))}
      <References urls={each.references} />
      {others.length > 0 && (
        <div className="small muted">
          <HostText text={others.slice(0, MOST_NAMES).join(', ')} />
          {others.length > MOST_NAMES && ` and ${others.length - MOST_NAMES} more`}
        </div>
      )}
    </>
  );
}

/** Pages of others: each is named by its whole address, so that nobody is led astray. */
function References({ urls }: { urls: readonly string[] }) {
  if (urls.length === 0) return null;
  return (
    <details>
      <summary>{urls.length === 1 ? '1 reference' : `${urls.length} references`}</summary>
      <ul className="small breakable">
        {urls.map((url) => (
          <li key={url}>
            <a href={url} target="_blank" rel="noreferrer">
              <HostText text={url} />
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}

const MOST_NAMES = 8;

/** What each feed says, in the words of each. */
export function ToldPanel({ advisory: { told, told_total } }: { advisory: Advisory }) {
  return (
    <Panel
      title="What feeds say"
      note={
        told_total > told.length
          ? `${told_total} advisories speak of it; the first ${told.length} are shown.`
          : undefined
      }
      isFlush
    >
      <DataTable
        label="What feeds say"
        columns={COLUMNS}
        rows={told}
        rowKey={(each) => `${each.feed} ${each.id}`}
        empty={
          <Empty title="No advisory speaks of it">
            Only the vulnerability itself is known, not which packages it is in.
          </Empty>
        }
      />
    </Panel>
  );
}
