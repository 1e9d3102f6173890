import { FINDING_WORDS } from '@fleetmend/domain/findings/finding-words.ts';
import { type Row, usePages } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';

type Rule = Row<'listAdvisoryRules'>;

const COLUMNS: readonly Column<Rule>[] = [
  {
    key: 'feed',
    title: 'Feed',
    kind: 'fit',
    cell: (rule) => (
      <>
        {rule.feed}
        <div className="small muted">
          <HostText text={rule.advisory} />
        </div>
      </>
    ),
  },
  { key: 'platform', title: 'Platform', kind: 'fit', cell: (rule) => <HostText text={rule.platform} /> },
  {
    key: 'package',
    title: 'Package',
    cell: (rule) => (
      <>
        <HostText text={rule.package} mono />
        <div className="small muted">
          {NAMES[rule.names]}
          {rule.architectures && `, on ${rule.architectures.join(', ')} only`}
          {rule.module && (
            <>
              , of the module <HostText text={rule.module} />
            </>
          )}
        </div>
      </>
    ),
  },
  {
    key: 'versions',
    title: 'Versions affected',
    cell: (rule) => (
      <span className="mono breakable">
        {rule.versions.map((text) => (
          <div key={text}>
            <HostText text={text} />
          </div>
        ))}
        {rule.lines.length > 0 && (
          <div className="muted">
            builds with the fix: <HostText text={rule.lines.join(', ')} />
          </div>
        )}
      </span>
    ),
  },
  {
    key: 'says',
    title: 'What it says',
    cell: (rule) => (
      <>
        {rule.has_fix ? 'A version fixes it' : FINDING_WORDS[rule.unfixed]}
        {rule.reason && (
          <div className="small muted">
            <HostText text={rule.reason} />
          </div>
        )}
        {rule.severity && (
          <div className="small muted">
            <HostText text={rule.severity} />
          </div>
        )}
      </>
    ),
  },
];

const NAMES = {
  binary: 'a package',
  source: 'a source package',
  binaries_of_source: 'the packages of a source',
} as const satisfies Record<Rule['names'], string>;

/** Which packages in which versions it is about, feed by feed. */
export function AdvisoryRules({ id }: { id: string }) {
  const pages = usePages('listAdvisoryRules', { params: { id }, query: { limit: 50 } });
  return (
    <Panel title="Rules" note="What each feed says is held against the packages of each machine." isFlush>
      <ListTable
        pages={pages}
        doing="read the rules"
        label="Rules"
        columns={COLUMNS}
        rowKey={(rule) =>
          `${rule.feed} ${rule.advisory} ${rule.platform} ${rule.package} ${rule.versions.join()} ${rule.module}`
        }
        empty={<Empty title="It names no package" />}
      />
    </Panel>
  );
}
