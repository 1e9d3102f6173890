import { expect, test } from 'vitest';
import { type Installed, installed } from '../inventory/installed.ts';
import { ruleNames, subjectsOf } from './index-subjects.ts';

test.each<Installed>([
  installed('curl', '1'),
  installed('libcurl4', '1', { source: 'curl' }),
  installed('npm', '1', { source: 'nodejs', module: 'nodejs:12:8030:abc' }),
  installed('Foo_Bar.baz', '1', { ecosystem: 'PyPI' }),
  installed('Newtonsoft.Json', '1', { ecosystem: 'NuGet' }),
  installed('serde_json', '1', { ecosystem: 'crates.io' }),
])('a package is looked for under every name that rules may use for it: $name', (each) => {
  const keys = subjectsOf(each).map(({ key }) => key.slice(key.indexOf('\n') + 1));
  expect(ruleNames(each).sort()).toEqual([...new Set(keys)].sort());
});
