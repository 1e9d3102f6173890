/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

// Not by `?raw`: Vitest empties style sheets it is asked to import.
const tokens = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The variables of one colour scheme in tokens.css, by name. */
function readBlock(scheme: string): Map<string, string> {
  const block = tokens.slice(tokens.search(new RegExp(`color-scheme=["']${scheme}["']`)));
  const body = block.slice(block.indexOf('{') + 1, block.indexOf('}'));
  return new Map(
    [...body.matchAll(/--fm-([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** WCAG 2.2 relative luminance. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

test('contrast agrees with the known extremes', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeLessThan(4.5);
});

describe.each([['light'], ['dark']])('%s palette', (scheme) => {
  const block = readBlock(scheme);
  const fills = [...block.keys()].filter((name) => name.endsWith('-fill'));
  const read = (name: string) => block.get(name) ?? '#missing';

  test('has every fill and its text', () => {
    expect(fills).toHaveLength(13);
    for (const fill of fills) expect(block.has(fill.replace(/-fill$/, '-text'))).toBe(true);
  });

  test.each(fills)('%s carries its text at 4.5:1', (fill) => {
    expect(contrast(read(fill), read(fill.replace(/-fill$/, '-text')))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['page', 'surface', 'sunken', 'selected'])('text on %s reads at 4.5:1', (ground) => {
    for (const text of ['text', 'muted', 'accent', 'danger'])
      expect(contrast(read(text), read(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });

  test('marked text and ink buttons read at 4.5:1, strong lines at 3:1', () => {
    expect(contrast(read('text'), read('mark'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(read('on-ink'), read('ink'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(read('line-strong'), read('surface'))).toBeGreaterThanOrEqual(3);
  });
});
