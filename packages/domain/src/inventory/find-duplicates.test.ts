import { expect, test } from 'vitest';
import { findDuplicates, type Twin } from './find-duplicates.ts';

function twin(id: string, change: Partial<Twin> = {}): Twin {
  return {
    id,
    hostname: id,
    machine_id: `machine-of-${id}`,
    mac_addresses: [],
    enrolled_at: `2026-01-0${id.slice(-1)}T00:00:00.000Z`,
    is_reporting: true,
    reached_by: 'agent',
    ...change,
  };
}

test.each<[string, Partial<Twin>, Partial<Twin>, string, string[]]>([
  ['enrolled again', { is_reporting: false, machine_id: 'm' }, { machine_id: 'm' }, 're_enrolled', ['machine_id']],
  ['set up anew', { is_reporting: false, hostname: 'web' }, { hostname: 'web' }, 're_imaged', ['hostname']],
  ['cloned', { machine_id: 'm' }, { machine_id: 'm' }, 'cloned', ['machine_id']],
  ['reached two ways', { machine_id: 'm', reached_by: 'ssh' }, { machine_id: 'm' }, 'two_ways', ['machine_id']],
  [
    'two of one name, reached differently',
    { hostname: 'web', reached_by: 'ssh' },
    { hostname: 'web' },
    'same_name',
    ['hostname'],
  ],
  ['two machines of one name', { hostname: 'web' }, { hostname: 'WEB.example.org' }, 'same_name', ['short_name']],
  [
    'new disk, same network card',
    { is_reporting: false, mac_addresses: ['52:54:00:00:00:01'] },
    { mac_addresses: ['52:54:00:00:00:01', '52:54:00:00:00:02'] },
    're_imaged',
    ['mac_address'],
  ],
])('%s', (_, older, newer, reading, kinds) => {
  const found = findDuplicates([twin('b2', newer), twin('a1', older)]);
  expect(found).toMatchObject([{ older: 'a1', newer: 'b2', reading }]);
  expect(found[0]?.evidence.map(({ kind }) => kind)).toEqual(kinds);
});

test('what says nothing of a machine makes no pair', () => {
  for (const machine_id of ['', '0000', 'uninitialized'])
    expect(findDuplicates([twin('a1', { machine_id }), twin('b2', { machine_id })])).toEqual([]);
});

test('full names of two domains are two machines', () => {
  expect(
    findDuplicates([twin('a1', { hostname: 'web.a.example' }), twin('b2', { hostname: 'web.b.example' })]),
  ).toEqual([]);
});

test('a thousand clones are 999 pairs, not half a million', () => {
  const clones = Array.from({ length: 1000 }, (_, at) => twin(`c${at}`, { machine_id: 'golden image' }));
  expect(findDuplicates(clones)).toHaveLength(999);
});
