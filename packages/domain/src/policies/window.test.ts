import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PolicyWindow, WEEKDAYS, type Weekday } from './policy-spec.ts';
import { durationSeconds, isTimeZone, nextWindows } from './window.ts';

const daily = (tz: string, start: string, duration = '4h'): PolicyWindow => ({ tz, days: WEEKDAYS, start, duration });

describe('nextWindows', () => {
  test.each<[string, PolicyWindow, string, [string, string][]]>([
    [
      'a plain night, with the window after it',
      { tz: 'UTC', days: ['tue', 'thu'], start: '22:00', duration: '4h' },
      '2026-11-23T12:00:00.000Z',
      [
        ['2026-11-24T22:00', '2026-11-25T02:00'],
        ['2026-11-26T22:00', '2026-11-27T02:00'],
        ['2026-12-01T22:00', '2026-12-02T02:00'],
      ],
    ],
    [
      'one that is open now keeps its real start',
      { tz: 'UTC', days: ['tue'], start: '22:00', duration: '4h' },
      '2026-11-25T01:59:59.999Z',
      [
        ['2026-11-24T22:00', '2026-11-25T02:00'],
        ['2026-12-01T22:00', '2026-12-02T02:00'],
      ],
    ],
    [
      'one that ends now is over: half open',
      { tz: 'UTC', days: ['tue'], start: '22:00', duration: '4h' },
      '2026-11-25T02:00:00.000Z',
      [['2026-12-01T22:00', '2026-12-02T02:00']],
    ],
    [
      'one that begins now counts',
      { tz: 'UTC', days: ['tue'], start: '22:00', duration: '4h' },
      '2026-11-24T22:00:00.000Z',
      [['2026-11-24T22:00', '2026-11-25T02:00']],
    ],
    [
      'the day is the local one',
      { tz: 'Asia/Tokyo', days: ['mon'], start: '01:00', duration: '1h' },
      '2026-11-22T00:00:00.000Z',
      [['2026-11-22T16:00', '2026-11-22T17:00']],
    ],
    [
      'a local time west of Greenwich',
      { tz: 'America/Los_Angeles', days: ['sun'], start: '22:00', duration: '4h' },
      '2026-11-23T05:00:00.000Z',
      [['2026-11-23T06:00', '2026-11-23T10:00']],
    ],
    [
      'a quarter-hour zone',
      { tz: 'Asia/Kathmandu', days: ['mon'], start: '00:00', duration: '90m' },
      '2026-11-22T12:00:00.000Z',
      [['2026-11-22T18:15', '2026-11-22T19:45']],
    ],
    [
      'spring: a start that the clocks skip moves to the first minute there is',
      daily('Europe/Berlin', '02:30'),
      '2026-03-28T12:00:00.000Z',
      [
        ['2026-03-29T01:00', '2026-03-29T05:00'],
        ['2026-03-30T00:30', '2026-03-30T04:30'],
      ],
    ],
    [
      'spring: the last minute before the gap',
      daily('Europe/Berlin', '01:59'),
      '2026-03-28T12:00:00.000Z',
      [['2026-03-29T00:59', '2026-03-29T04:59']],
    ],
    [
      'spring: the first minute of the gap',
      daily('Europe/Berlin', '02:00'),
      '2026-03-28T12:00:00.000Z',
      [['2026-03-29T01:00', '2026-03-29T05:00']],
    ],
    [
      'spring: the first minute after the gap',
      daily('Europe/Berlin', '03:00'),
      '2026-03-28T12:00:00.000Z',
      [['2026-03-29T01:00', '2026-03-29T05:00']],
    ],
    [
      'spring: a window over the change lasts its four hours',
      daily('Europe/Berlin', '22:00'),
      '2026-03-28T12:00:00.000Z',
      [
        ['2026-03-28T21:00', '2026-03-29T01:00'],
        ['2026-03-29T20:00', '2026-03-30T00:00'],
      ],
    ],
    [
      'autumn: a start that is shown twice is the first',
      daily('Europe/Berlin', '02:30'),
      '2026-10-24T12:00:00.000Z',
      [
        ['2026-10-25T00:30', '2026-10-25T04:30'],
        ['2026-10-26T01:30', '2026-10-26T05:30'],
      ],
    ],
    [
      'autumn: a window over the change lasts its four hours',
      daily('Europe/Berlin', '22:00'),
      '2026-10-24T12:00:00.000Z',
      [
        ['2026-10-24T20:00', '2026-10-25T00:00'],
        ['2026-10-25T21:00', '2026-10-26T01:00'],
      ],
    ],
    [
      'New York, spring',
      daily('America/New_York', '02:30', '1h'),
      '2026-03-07T12:00:00.000Z',
      [['2026-03-08T07:00', '2026-03-08T08:00']],
    ],
    [
      'New York, autumn',
      daily('America/New_York', '01:30', '1h'),
      '2026-10-31T12:00:00.000Z',
      [['2026-11-01T05:30', '2026-11-01T06:30']],
    ],
    [
      'a change at midnight',
      daily('America/Sao_Paulo', '00:00'),
      '2018-11-03T10:00:00.000Z',
      [['2018-11-04T03:00', '2018-11-04T07:00']],
    ],
    [
      'a change of half an hour',
      daily('Australia/Lord_Howe', '02:15'),
      '2026-10-03T00:00:00.000Z',
      [
        ['2026-10-03T15:30', '2026-10-03T19:30'],
        ['2026-10-04T15:15', '2026-10-04T19:15'],
      ],
    ],
    [
      'a day that the zone skipped opens with the next',
      daily('Pacific/Apia', '22:00'),
      '2011-12-29T00:00:00.000Z',
      [
        ['2011-12-29T08:00', '2011-12-29T12:00'],
        ['2011-12-30T08:00', '2011-12-30T12:00'],
        ['2011-12-30T10:00', '2011-12-30T14:00'],
        ['2011-12-31T08:00', '2011-12-31T12:00'],
      ],
    ],
    [
      'leap day',
      { tz: 'UTC', days: ['tue'], start: '00:00', duration: '1d' },
      '2028-02-28T12:00:00.000Z',
      [['2028-02-29T00:00', '2028-03-01T00:00']],
    ],
    [
      'a week-long window that began last week',
      { tz: 'UTC', days: ['mon'], start: '00:00', duration: '7d' },
      '2026-11-29T23:59:00.000Z',
      [
        ['2026-11-23T00:00', '2026-11-30T00:00'],
        ['2026-11-30T00:00', '2026-12-07T00:00'],
      ],
    ],
    [
      'over new year',
      { tz: 'Europe/Berlin', days: ['thu'], start: '23:00', duration: '2h' },
      '2026-12-31T12:00:00.000Z',
      [['2026-12-31T22:00', '2027-01-01T00:00']],
    ],
  ])('%s', (_what, window, from, expected) => {
    const instants = expected.map(([start, end]) => ({ from: `${start}:00.000Z`, until: `${end}:00.000Z` }));
    expect(nextWindows(window, from, expected.length)).toEqual(instants);
  });

  test('always open is one window of 14 days', () => {
    expect(nextWindows(null, '2026-11-23T18:00:00.000Z', 5)).toEqual([
      { from: '2026-11-23T18:00:00.000Z', until: '2026-12-07T18:00:00.000Z' },
    ]);
  });

  test('none asked, none given', () => {
    expect(nextWindows(daily('UTC', '22:00'), '2026-11-23T18:00:00.000Z', 0)).toEqual([]);
    expect(nextWindows({ ...daily('UTC', '22:00'), days: [] }, '2026-11-23T18:00:00.000Z', 3)).toEqual([]);
  });

  test('what a checked policy cannot hold is a RangeError', () => {
    expect(() => nextWindows(daily('Europe/Nowhere', '22:00'), '2026-11-23T18:00:00.000Z', 1)).toThrow(RangeError);
    expect(() => nextWindows(daily('UTC', '22:00', 'long'), '2026-11-23T18:00:00.000Z', 1)).toThrow(RangeError);
  });

  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Asia/Kathmandu',
    'Africa/Casablanca',
    'America/St_Johns',
    'UTC',
  ];
  const anyWindow = fc.record({
    tz: fc.constantFrom(...zones),
    days: fc.uniqueArray(fc.constantFrom<Weekday>(...WEEKDAYS), { minLength: 1 }),
    start: fc
      .record({ hour: fc.nat(23), minute: fc.nat(59) })
      .map(({ hour, minute }) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`),
    duration: fc.constantFrom('1m', '45m', '4h', '1d', '3d', '7d'),
  });
  // Ten years: every change of the clocks that these zones have made of late.
  const anyInstant = fc
    .integer({ min: Date.UTC(2017, 0), max: Date.UTC(2027, 0) })
    .map((time) => new Date(time).toISOString());

  test('windows are in order, not over, as long as they say, and on their days', () => {
    fc.assert(
      fc.property(anyWindow, anyInstant, (window, from) => {
        const found = nextWindows(window, from, 6);
        expect(found).toHaveLength(6);
        for (const [i, { from: opens, until }] of found.entries()) {
          expect(until > from).toBe(true);
          if (i > 0) expect(opens > (found[i - 1]?.from ?? '')).toBe(true);
          expect(Date.parse(until) - Date.parse(opens)).toBe((durationSeconds(window.duration) ?? 0) * 1000);
          const shown = new Intl.DateTimeFormat('en-GB', {
            timeZone: window.tz,
            weekday: 'short',
            hour: '2-digit',
            minute: '2-digit',
            hourCycle: 'h23',
          }).formatToParts(Date.parse(opens));
          const part = (type: string) => shown.find((each) => each.type === type)?.value ?? '';
          const time = `${part('hour')}:${part('minute')}`;
          // Only a start in a gap may be shown otherwise, and then later.
          if (time === window.start) expect(window.days).toContain(part('weekday').toLowerCase());
          else expect(isInGap(window, opens)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('looking from within or just before a window finds the same windows', () => {
    fc.assert(
      fc.property(anyWindow, anyInstant, (window, from) => {
        const [first, second] = nextWindows(window, from, 2);
        if (first === undefined || second === undefined) throw new Error('two were asked');
        expect(nextWindows(window, new Date(Date.parse(first.until) - 1).toISOString(), 1)).toEqual([first]);
        expect(nextWindows(window, first.until, 1)).toEqual([second]);
      }),
      { numRuns: 200 },
    );
  });
});

/** The clocks jumped at this very instant. */
function isInGap({ tz }: PolicyWindow, opens: string): boolean {
  const shown = (time: number) => {
    const parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: tz,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).formatToParts(time);
    const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  };
  const at = Date.parse(opens);
  return shown(at) - shown(at - 60_000) > 60_000;
}

describe('durationSeconds', () => {
  test.each([
    ['90s', 90],
    ['15m', 900],
    ['4h', 14_400],
    ['2d', 172_800],
    ['99999s', 99_999],
  ])('%s is %i', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });
  test.each(['', '4', 'h', '0h', '04h', '-4h', '4.5h', '4 h', '4H', '4w', '100000s', '4h ', '٤h'])(
    '%j is none',
    (text) => {
      expect(durationSeconds(text)).toBeNull();
    },
  );
});

describe('isTimeZone', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'])('%s is one', (text) =>
    expect(isTimeZone(text)).toBe(true),
  );
  test.each(['', 'Europe/Berln', 'Mars/Olympus', '../etc', 'CET+99', 'local'])('%j is none', (text) =>
    expect(isTimeZone(text)).toBe(false),
  );
});
