import type { Output } from '@fleetmend/api/client.ts';
import { Button } from '@mantine/core';
import { usePages } from '../client.ts';
import { Notice } from '../ui/Notice.tsx';

/** What saving would overwrite, said before it does: another policy of that name, or what somebody saved meanwhile. */
export function PolicyNotices({
  name,
  saved,
  opened,
  text,
  onLoad,
}: {
  name: string | null;
  saved: Output<'readPolicy'> | null;
  /** The text editing began with. */
  opened: string;
  text: string;
  onLoad: (yaml: string) => void;
}) {
  const policies = usePages('listPolicies', {});
  const other = policies.rows?.find((policy) => policy.name === name && policy.name !== saved?.name);
  const isOvertaken = saved !== null && saved.yaml !== opened && saved.yaml !== text;
  return (
    <>
      {other && (
        <Notice look="partial">
          A policy called “{other.name}” is there already; saving replaces it. Change the name to keep both.
        </Notice>
      )}
      {isOvertaken && (
        <Notice look="partial" isAlert>
          <div className="row spread">
            <span>Somebody saved this policy while you had it open; saving yours replaces theirs.</span>
            <Button size="xs" variant="default" onClick={() => onLoad(saved.yaml)}>
              Drop mine and load theirs
            </Button>
          </div>
        </Notice>
      )}
    </>
  );
}
