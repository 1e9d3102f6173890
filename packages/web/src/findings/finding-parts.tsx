import type { Output } from '@fleetmend/api/client.ts';
import { CLEARED_WORDS } from '@fleetmend/domain/findings/finding-words.ts';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { FINDING_STATE_LOOKS } from '../ui/states.ts';
import { AdvisoryLink } from './AdvisoryLink.tsx';
import classes from './findings.module.css';

type AdvisoryAsset = Output<'listAdvisoryAssets'>['data'][number];

/** What a finding and a row of an advisory's machines have in common. */
type Told = Pick<
  AdvisoryAsset,
  'package' | 'installed_version' | 'fixed_version' | 'state' | 'decided_by' | 'waits_for' | 'evidence'
> &
  Partial<Pick<Output<'readFinding'>, 'is_rejected' | 'cleared_because'>> &
  Partial<Pick<AdvisoryAsset, 'vex'>>;

export const installedColumn: Column<
  Pick<Told, 'package' | 'installed_version'> & Partial<Pick<Told, 'fixed_version'>>
> = {
  key: 'package',
  title: 'Installed',
  cell: (row) => (
    <div className={`${classes['installed']} mono breakable`}>
      <HostText text={`${row.package} ${row.installed_version}`} />
      {row.fixed_version && (
        <div className="muted">
          fixed in <HostText text={row.fixed_version} />
        </div>
      )}
    </div>
  ),
};

/** What its publisher says of it, what it waits for, and why it is over. */
export const stateColumn: Column<Told> = {
  key: 'state',
  title: 'State',
  cell: (row) => (
    <>
      <StateBadge state={FINDING_STATE_LOOKS[row.state]} />
      {row.is_rejected && <div className="small">rejected by the CVE programme: it counts for nothing</div>}
      {row.cleared_because && <div className="small">over: {CLEARED_WORDS[row.cleared_because]}</div>}
      {row.waits_for && (
        <div className="small">
          waits for a <HostText text={row.waits_for} />
        </div>
      )}
    </>
  ),
};

/** Who says so, by which rule, with the values that were compared; and who was believed where they differ. */
export const evidenceColumn: Column<Told> = {
  key: 'evidence',
  title: 'How we know',
  cell: (row) => (
    <ul className={classes['evidence']}>
      {row.vex && (
        <li>
          <HostText text={row.vex} />
        </li>
      )}
      {row.evidence.map((each) => (
        <li key={`${each.source} ${each.rule} ${each.detail}`}>
          <b>
            <HostText text={each.source} />
          </b>
          : <HostText text={each.detail} /> <Rule evidence={each} />
        </li>
      ))}
      {row.decided_by && (
        <li>
          <b>Decided:</b> <HostText text={row.decided_by} />
        </li>
      )}
    </ul>
  ),
};

/** `range of DSA-1-1`, whose id is the way to it, and when its publisher last changed it. */
function Rule({ evidence: { rule, advisory, as_of } }: { evidence: Told['evidence'][number] }) {
  const isOfAdvisory = advisory !== null && rule.endsWith(advisory);
  return (
    <span className="muted">
      (<HostText text={isOfAdvisory ? rule.slice(0, -advisory.length).replaceAll('_', ' ') : rule} />
      {isOfAdvisory && <AdvisoryLink id={advisory} />}
      {as_of && (
        <>
          , <Instant at={as_of} />
        </>
      )}
      )
    </span>
  );
}
