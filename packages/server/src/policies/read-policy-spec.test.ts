import { Problem } from '@fleetmend/api/problems.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPolicySpec } from './read-policy-spec.ts';

const head = 'kind: Policy\nname: x\n';

function faults(yaml: string): string[] {
  try {
    readPolicySpec(yaml);
    return [];
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'policy-invalid') throw error;
    return (error.errors ?? []).map(({ pointer, message }) => `${pointer} ${message}`);
  }
}

describe('what is read', () => {
  test('every absent key has its effective value', () => {
    expect(readPolicySpec(head)).toEqual({
      kind: 'Policy',
      name: 'x',
      owner: null,
      select: '',
      rings: [{ name: 'all', select: '', max_in_flight: 10, bake: '15m' }],
      window: null,
      approvals: { quorum: 1 },
      gates: [],
      on_gate_fail: 'pause',
      reboot: 'if-needed',
    });
  });

  test('anchors, comments, umlauts and CRLF', () => {
    const spec = readPolicySpec(
      '# für alle\r\nkind: Policy\r\nname: x\r\nowner: Zoë\r\nrings:\r\n  - {name: a, bake: &b 1h}\r\n  - {name: b, bake: *b}\r\n',
    );
    expect([spec.owner, spec.rings.map(({ bake }) => bake)]).toEqual(['Zoë', ['1h', '1h']]);
  });
});

describe('what is refused, and where', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', ['/ line 1, column 1: there is no policy in this text']],
    ['a comment alone', '# later\n', ['/ line 1, column 1: there is no policy in this text']],
    ['a list', '- 1\n', ['/ line 1, column 1: must be a mapping']],
    [
      'a second document',
      `${head}---\n${head}`,
      ['/ line 3, column 1: a second document begins; a text holds one policy'],
    ],
    ['no name', 'kind: Policy\n', ['/name line 1, column 1: "name" is missing']],
    ['another kind', 'kind: policy\nname: x\n', ['/kind line 1, column 7: must be Policy; did you mean "Policy"?']],
    [
      'unknown keys',
      `${head}widow: null\nrings:\n  - name: a\n    slect: env = prod\n`,
      [
        '/widow line 3, column 1: unknown key "widow"; did you mean "window"?',
        '/rings/0/slect line 6, column 5: unknown key "slect"; did you mean "select"?',
      ],
    ],
    ['an unknown key that is like none', `${head}zzzzzz: 1\n`, ['/zzzzzz line 3, column 1: unknown key "zzzzzz"']],
    [
      'a gate of an unknown kind',
      `${head}gates:\n  - {kind: htp}\n`,
      ['/gates/0/kind line 4, column 12: must be one of systemd, http; did you mean "http"?'],
    ],
    [
      'a gate with another gate’s key',
      `${head}gates:\n  - {kind: http, ur: "http://a/"}\n`,
      [
        '/gates/0/url line 4, column 5: "url" is missing',
        '/gates/0/ur line 4, column 18: unknown key "ur"; did you mean "url"?',
      ],
    ],
    [
      'text for a number',
      `${head}approvals: {quorum: two}\n`,
      ['/approvals/quorum line 3, column 21: must be a number'],
    ],
    [
      'a quorum of nobody',
      `${head}approvals: {quorum: 0}\n`,
      ['/approvals/quorum line 3, column 21: must be 1 or more'],
    ],
    ['no ring', `${head}rings: []\n`, ['/rings line 3, column 8: must be 1 entries or more']],
    [
      'too long a selector',
      `${head}select: ${'a'.repeat(1001)}\n`,
      ['/select line 3, column 9: must be 1000 characters or less'],
    ],
    [
      'a selector that does not read',
      `${head}select: env == prod\n`,
      ['/select line 3, column 9: expected a value but found "="'],
    ],
    [
      'a ring’s selector that does not read',
      `${head}rings: [{name: a, select: "("}]\n`,
      ['/rings/0/select line 3, column 27: expected a label but found the end'],
    ],
    [
      'two rings of one name',
      `${head}rings: [{name: a}, {name: a}]\n`,
      ['/rings/1/name line 3, column 27: two rings are called "a"'],
    ],
    [
      'a bake without end',
      `${head}rings: [{name: a, bake: 31d}]\n`,
      ['/rings/0/bake line 3, column 25: a ring is watched for 30d at most'],
    ],
    [
      'a zone that is none',
      `${head}window: {tz: Europe/Berln, days: [tue], start: "22:00", duration: 4h}\n`,
      ['/window/tz line 3, column 14: there is no time zone "Europe/Berln"; did you mean "Europe/Berlin"?'],
    ],
    [
      'a day that is none',
      `${head}window: {tz: UTC, days: [tus], start: "22:00", duration: 4h}\n`,
      ['/window/days/0 line 3, column 26: must be one of mon, tue, wed, thu, fri, sat, sun; did you mean "tue"?'],
    ],
    [
      'a day twice',
      `${head}window: {tz: UTC, days: [tue, tue], start: "22:00", duration: 4h}\n`,
      ['/window/days line 3, column 25: a day stands here twice'],
    ],
    [
      'a window longer than the week',
      `${head}window: {tz: UTC, days: [tue], start: "22:00", duration: 8d}\n`,
      ['/window/duration line 3, column 58: a window lasts from 1m to 7d'],
    ],
    [
      'a time that is none',
      `${head}window: {tz: UTC, days: [tue], start: "24:00", duration: 4h}\n`,
      ['/window/start line 3, column 39: a time as in 22:00'],
    ],
    ['a key twice', `${head}name: y\n`, ['/ line 3, column 1: Map keys must be unique']],
    [
      'a bracket left open',
      `${head}gates: [\n`,
      ['/ line 4, column 1: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    [
      'a tag',
      'kind: !!js/function "x"\nname: x\n',
      ['/ line 1, column 7: Unresolved tag: tag:yaml.org,2002:js/function'],
    ],
    ['a merge key', `${head}<<: {select: a = b}\n`, ['/<< line 3, column 1: unknown key "<<"']],
    ['__proto__', `${head}__proto__: {quorum: 9}\n`, ['/__proto__ line 3, column 1: unknown key "__proto__"']],
    [
      '__proto__ further in',
      `${head}approvals: {__proto__: {quorum: 9}}\n`,
      ['/approvals/__proto__ line 3, column 13: unknown key "__proto__"'],
    ],
    [
      'an alias of nothing',
      'kind: *nope\nname: x\n',
      ['/ line 1, column 1: anchors and aliases: Unresolved alias (the anchor must be set before the alias): nope'],
    ],
    [
      'a control character',
      `${head}owner: "a\u0007"\n`,
      ['/ line 3, column 10: a control character cannot stand here'],
    ],
    [
      'a control character in YAML’s spelling',
      `${head}owner: "a\\0"\n`,
      ['/owner line 3, column 8: a control character cannot stand here'],
    ],
    [
      'a control character in a selector',
      `${head}select: 'env = "a\tb"'\n`,
      ['/select line 3, column 9: a control character cannot stand here'],
    ],
    ['half a character', `${head}owner: "\\ud800"\n`, ['/owner line 3, column 8: the text is not valid Unicode']],
    [
      'half a character in the text itself',
      `${head}owner: \ud800\n`,
      ['/ line 1, column 1: the text is not valid Unicode'],
    ],
  ])('%s', (_what, yaml, expected) => {
    expect(faults(yaml)).toEqual(expected);
  });

  test('a thousand laughs', () => {
    const layers = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`);
    const began = performance.now();
    expect(faults(`l0: &l0 [lol]\n${layers.join('\n')}\n`)).toEqual([expect.stringContaining('anchors and aliases')]);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test.each(['[', '{a: ', '- ', '? ', '&a [', '!!map {', '"'])('100 kB of %j', (piece) => {
    const began = performance.now();
    const found = faults(piece.repeat(Math.floor(100_000 / piece.length)));
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(50);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('many unknown keys are told up to a point', () => {
    expect(faults(`${head}${Array.from({ length: 500 }, (_, i) => `k${i}: 1`).join('\n')}\n`)).toHaveLength(50);
  });

  test('nothing of it ever reaches a prototype', () => {
    faults(`${head}__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}\n`);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('no text throws anything but the problem', () => {
    const line = fc.constantFrom(
      head,
      'rings:',
      '  - name: a',
      '    select: (',
      '- ',
      ': ',
      '{',
      ']',
      '&a',
      '*a',
      '"',
      '---',
      '%YAML 9',
      '?',
      '|',
      '\t',
      '\u2028',
      '💥',
      '!!',
      '~',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(line).map((lines) => lines.join('\n')),
        ),
        (text) => {
          expect(Array.isArray(faults(text))).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
