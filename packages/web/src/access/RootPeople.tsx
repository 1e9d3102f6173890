import type { Output } from '@fleetmend/api/client.ts';
import { Digest } from '../ui/CopyText.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';

type Root = NonNullable<Output<'readTrustRoot'>['current']>['root'];
type RootPerson = Root['people'][number];

/** The people of a root and their keys; against an earlier root, what is new in it and what is gone. */
export function RootPeople({ root, before = null }: { root: Root; before?: Root | null }) {
  const known = new Set(before?.people.flatMap((person) => person.keys.map((key) => key.id)));
  const kept = new Set(root.people.flatMap((person) => person.keys.map((key) => key.id)));
  const gone = before?.people.flatMap((person) =>
    person.keys.filter((key) => !kept.has(key.id)).map((key) => ({ key, name: person.name })),
  );
  const columns: readonly Column<RootPerson>[] = [
    { key: 'name', title: 'Person', cell: (person) => <HostText text={person.name} /> },
    {
      key: 'keys',
      title: 'Keys',
      cell: (person) =>
        person.keys.map((key) => (
          <div key={key.id}>
            {key.kind} <Digest value={key.id} /> {before !== null && !known.has(key.id) && <b>new</b>}
          </div>
        )),
    },
  ];
  return (
    <>
      {gone?.map(({ key, name }) => (
        <p key={key.id} className="danger">
          Removed: {key.kind} of {name}, <Digest value={key.id} />
        </p>
      ))}
      {before !== null && before.quorum !== root.quorum && (
        <p>
          <b>
            Quorum {before.quorum} → {root.quorum}
          </b>
        </p>
      )}
      <DataTable
        label={`People of trust root version ${root.version}`}
        columns={columns}
        rows={root.people}
        rowKey={(person) => person.id}
        empty={null}
      />
    </>
  );
}
