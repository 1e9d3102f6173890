import { Link, type LinkProps } from '@tanstack/react-router';
import { useRead } from '../client.ts';
import { StateIcon } from '../ui/StateBadge.tsx';
import { Icon, type IconName } from './icons.tsx';
import classes from './shell.module.css';

interface Entry {
  to: NonNullable<LinkProps['to']>;
  word: string;
  icon: IconName;
}

const GROUPS: readonly { title: string; entries: readonly Entry[] }[] = [
  {
    title: 'Work',
    entries: [
      { to: '/', word: 'Overview', icon: 'overview' },
      { to: '/patches', word: 'Patches', icon: 'patches' },
      { to: '/changes', word: 'Changes', icon: 'changes' },
      { to: '/rollouts', word: 'Rollouts', icon: 'rollouts' },
    ],
  },
  {
    title: 'Fleet',
    entries: [
      { to: '/assets', word: 'Assets', icon: 'assets' },
      { to: '/policies', word: 'Policies', icon: 'policies' },
    ],
  },
  {
    title: 'Evidence',
    entries: [
      { to: '/reports', word: 'Reports', icon: 'reports' },
      { to: '/audit', word: 'Audit', icon: 'audit' },
    ],
  },
];

/** Where one can go. Only places that exist. */
export function Rail() {
  return (
    <nav className={classes['nav']} aria-label="Main">
      <Link to="/" className={classes['brand']} aria-current={false}>
        <img src="/favicon.svg" width="22" height="22" alt="" />
        Fleetmend
      </Link>
      {GROUPS.map((group) => (
        <div key={group.title} className={classes['group']}>
          <h2>{group.title}</h2>
          <ul>
            {group.entries.map((entry) => (
              <li key={entry.word}>
                <RailLink entry={entry} />
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div className={classes['group']}>
        <ul>
          <li>
            <Link to="/feeds" className={classes['item']}>
              <Icon name="feeds" />
              Feeds
              <FeedsHealth />
            </Link>
          </li>
          <li>
            <RailLink entry={{ to: '/settings', word: 'Settings', icon: 'settings' }} />
          </li>
        </ul>
      </div>
    </nav>
  );
}

function RailLink({ entry }: { entry: Entry }) {
  return (
    <Link to={entry.to} className={classes['item']} activeOptions={{ exact: entry.to === '/', includeSearch: false }}>
      <Icon name={entry.icon} />
      {entry.word}
    </Link>
  );
}

function FeedsHealth() {
  const feeds = useRead('listFeeds', {}, { every: 60_000 }).data?.data.filter(({ state }) => state !== 'off');
  if (feeds === undefined || feeds.length === 0) return null;
  const bad = feeds.filter((feed) => feed.state !== 'fresh').length;
  return (
    <span className={classes['tail']}>
      <StateIcon look={bad === 0 ? 'done' : 'unknown'} />
      {bad === 0 ? 'all fresh' : `${bad} not fresh`}
    </span>
  );
}
