import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import { softwareLine as writeLine } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { describe, expect, test } from 'vitest';
import { softwareLine } from './agent-protocol.ts';

const perl: Software = {
  ecosystem: 'rpm',
  name: 'perl-App-cpanminus',
  version: '1:1.7044-5.module_el8.5.0+2812+ed912d05',
  architecture: 'noarch',
  source: 'perl-App-cpanminus',
  source_version: '1:1.7044-5.module_el8.5.0+2812+ed912d05',
  module: 'perl-App-cpanminus:1.7044:8050020211109120340:8bc6e9d4',
};

describe('a line of an inventory', () => {
  test('has its epoch, and a module only where the package was built in one', () => {
    expect(writeLine(perl).split('\t')).toHaveLength(7);
    expect(softwareLine.safeParse(writeLine(perl)).success).toBe(true);
    const plain = writeLine({ ...perl, module: null });
    expect(plain.split('\t')).toHaveLength(6);
    expect(softwareLine.safeParse(plain).success).toBe(true);
  });

  test.each([
    ['crates.io\tserde\t1.0.0\tall\tserde\t1.0.0', true],
    ['crates-io\tserde\t1.0.0\tall\tserde\t1.0.0', false],
    ['dpkg\ta\t1\tall\ta\t1', false],
    ['deb\ta\t1\tall\ta', false],
    ['deb\ta\t1\tall\ta\t1\tm\tmore', false],
    ['deb\t--force\t1\tall\ta\t1', false],
    ['deb\ta b\t1\tall\ta\t1', false],
    ['deb\ta\t\tall\ta\t1', false],
    ['deb\ta\t1\tall\ta\t1\n', false],
  ])('%j: %s', (line, isOne) => {
    expect(softwareLine.safeParse(line).success).toBe(isOne);
  });
});
