import { HostText } from './HostText.tsx';
import classes from './text.module.css';
import { diffVersions } from './version-diff.ts';

/** `from → to` with the segment that changes marked; without `from` it is a package that comes in new. */
export function VersionChange({ from, to }: { from: string | null; to: string }) {
  if (from === null) {
    return (
      <span className={classes['version']}>
        <span className={classes['added']}>new</span> <HostText text={to} />
      </span>
    );
  }
  const parts = diffVersions(from, to);
  return (
    <span className={classes['version']}>
      <span className={classes['from']}>
        <HostText text={parts.same} />
        <b>{parts.from}</b>
        <HostText text={parts.tail} />
      </span>
      <span className={classes['arrow']}>
        <span className="visually-hidden"> to </span>
        <span aria-hidden="true"> → </span>
      </span>
      <span>
        <HostText text={parts.same} />
        <mark className={classes['changed']}>{parts.to}</mark>
        <HostText text={parts.tail} />
      </span>
    </span>
  );
}
