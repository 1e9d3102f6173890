import { expect, test } from 'vitest';
import { FeedRefused } from './feed-errors.ts';
import { nvd } from './sources/nvd.ts';

const RECORDS = 60_000;

/** A year of NVD as it comes: one document, larger than any record may be. */
async function* year(stated: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`{"resultsPerPage":${stated},"format":"NVD_CVE","vulnerabilities":[`);
  const descriptions = [{ lang: 'en', value: 'x'.repeat(1000) }];
  for (let i = 0; i < RECORDS; i++) {
    const cve = { id: `CVE-2026-${10_000 + i}`, vulnStatus: 'Analyzed', descriptions };
    yield Buffer.from(`${i === 0 ? '' : ','}${JSON.stringify({ cve })}`);
  }
  yield Buffer.from(']}');
}

test('a document of NVD is read a vulnerability at a time, however long it is', async () => {
  let [seen, most] = [0, 0];
  for await (const records of nvd.parse(year(RECORDS), () => undefined)) {
    seen += records.length;
    most = Math.max(most, records.length);
  }
  expect(seen).toBe(RECORDS);
  expect(most).toBeLessThan(100);
});

test('one that says that it holds more than it does is refused', async () => {
  const read = async () => {
    for await (const _ of nvd.parse(year(RECORDS + 1), () => undefined));
  };
  await expect(read()).rejects.toThrow(FeedRefused);
});
