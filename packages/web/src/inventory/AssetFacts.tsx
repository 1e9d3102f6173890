import type { ReactNode } from 'react';
import { Digest } from '../ui/CopyText.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Facts, Panel } from '../ui/Panel.tsx';
import type { Asset } from './asset-columns.tsx';

/** What the machine says about itself. */
export function AssetFacts({ asset }: { asset: Asset }) {
  const { facts } = asset;
  const rows: [string, ReactNode][] = [
    ['Last report', <Instant key="seen" at={asset.last_check_in_at} />],
    ['Enrolled', <Instant key="enrolled" at={asset.enrolled_at} />],
    ['Packages', asset.package_count ?? 'not reported'],
    ['Inventory', asset.inventory_digest ? <Digest key="inventory" value={asset.inventory_digest} /> : 'not reported'],
  ];
  if (facts) {
    rows.push(
      ['System', <HostText key="os" text={facts.os.name} />],
      ['Support', <Support key="support" support={asset.support} />],
      ['Architecture', <HostText key="arch" text={facts.architecture} />],
      ['Kernel running', <HostText key="kernel" text={facts.kernel_running} mono />],
      [
        'Kernel installed',
        facts.kernel_installed === null ? 'none' : <HostText key="kernel" text={facts.kernel_installed} mono />,
      ],
      ['Reboot', facts.reboot_required ? <Reboot key="reboot" reasons={facts.reboot_reasons} /> : 'not needed'],
    );
  }
  if (facts && asset.reached_by === 'ssh') {
    rows.push(
      ['Old code running', 'not read over SSH'],
      ['Updates on offer', 'not read over SSH'],
      ['Agent', 'none: what it says is as good as the connection'],
    );
  }
  if (facts?.agent) {
    const { version, mode, root_version } = facts.agent;
    rows.push(
      ['Old code running', <StaleServices key="stale" services={facts.stale_services} />],
      ['Lists refreshed', <Refreshed key="lists" at={facts.lists_refreshed_at} error={facts.lists_error} />],
      ['Agent', `${version}, ${mode === 'apply' ? 'applies signed changes' : 'observes only'}`],
      ['Trust root', root_version === null ? 'none pinned' : `version ${root_version}`],
    );
  }
  return (
    <Panel title="Facts">
      <Facts facts={rows} />
    </Panel>
  );
}

/** Red where nobody mends the system any more, or only others do. */
function Support({ support }: Pick<Asset, 'support'>) {
  if (support === null) return 'not known';
  const { product, cycle, state, ends_on, extended_until } = support;
  const isOver = state !== 'supported';
  return (
    <>
      <span className={isOver ? 'danger' : undefined}>
        {product} {cycle}:{' '}
        {isOver ? `out of support${ends_on === null ? '' : ` since ${ends_on}`}` : `until ${ends_on}`}
      </span>
      {extended_until !== null && <div className="small">extended support until {extended_until}</div>}
    </>
  );
}

function Reboot({ reasons }: { reasons: string[] }) {
  return (
    <>
      <b>needed</b>
      {reasons.map((reason) => (
        <div key={reason} className="small">
          <HostText text={reason} />
        </div>
      ))}
    </>
  );
}

function StaleServices({ services }: { services: NonNullable<Asset['facts']>['stale_services'] }) {
  if (services.length === 0) return 'none';
  return (
    <>
      {services.map((service) => (
        <div key={service.unit} title={service.files.join('\n')}>
          <HostText text={service.unit} mono />
        </div>
      ))}
    </>
  );
}

function Refreshed({ at, error }: { at: string | null; error: string | null }) {
  return (
    <>
      <Instant at={at} />
      {error && (
        <div className="danger">
          <HostText text={error} />
        </div>
      )}
    </>
  );
}
