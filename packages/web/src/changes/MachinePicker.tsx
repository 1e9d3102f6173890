import type { Output } from '@fleetmend/api/client.ts';
import { Checkbox } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { call } from '../client.ts';
import { HostText } from '../ui/HostText.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import classes from './changes.module.css';

/** All machines the patches touch, or some of them. `chosen` null: all. */
export function MachinePicker({
  patches,
  chosen,
  onChange,
}: {
  patches: readonly Output<'readPatch'>[];
  chosen: string[] | null;
  onChange: (chosen: string[] | null) => void;
}) {
  const lists = useQueries({
    queries: patches.map(({ id }) => ({
      queryKey: ['listPatchAssets', 'not patched', id],
      queryFn: () => call('listPatchAssets', { params: { id }, query: { limit: 1000 } }),
    })),
  });
  const error = lists.find((list) => list.error)?.error;
  const machines = new Map(
    lists.flatMap((list) =>
      (list.data?.data ?? []).filter((row) => row.state !== 'patched').map((row) => [row.asset, row.hostname] as const),
    ),
  );
  if (error) return <ProblemAlert error={error} doing="read the machines" />;
  return (
    <fieldset className={classes['machines']}>
      <legend>Machines</legend>
      <Checkbox
        label={`Of the ${machines.size === 1 ? '1 machine that lacks' : `${machines.size} machines that lack`} them, all that the policy selects`}
        checked={chosen === null}
        onChange={(event) => onChange(event.currentTarget.checked ? null : [])}
      />
      {chosen !== null && (
        <Checkbox.Group aria-label="Only these machines" value={chosen} onChange={onChange}>
          <div className={classes['machineList']}>
            {[...machines].map(([id, hostname]) => (
              <Checkbox key={id} value={id} label={<HostText text={hostname} />} />
            ))}
          </div>
        </Checkbox.Group>
      )}
    </fieldset>
  );
}
