/** Grammar rules for bounded numbers, read as regular expressions and held against the bounds themselves. */
import { describe, expect, it } from 'vitest';
import { type Bounds, integerRule, numberRule } from '../../src-main/adapters/llm/llama-cpp/number-rules';

/** What of GBNF these rules use is that of regular expressions, with texts in quotes and spaces between. */
function regex(rule: string | null): RegExp | null {
  return rule === null
    ? null
    : new RegExp(`^(?:${rule.replaceAll(/"([^"]*)"/g, (_, text: string) => text.replace('.', '\\.')).replaceAll(' ', '')})$`);
}

function within(value: number, { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds): boolean {
  return (
    value >= (minimum ?? -Infinity) &&
    value <= (maximum ?? Infinity) &&
    value > (exclusiveMinimum ?? -Infinity) &&
    value < (exclusiveMaximum ?? Infinity)
  );
}

const RANGES: Bounds[] = [
  {},
  { minimum: 0 },
  { exclusiveMinimum: 0 },
  { maximum: 0 },
  { exclusiveMaximum: 0 },
  { minimum: 1, maximum: 5 },
  { minimum: 0, maximum: 1000 },
  { minimum: 18, maximum: 120 },
  { minimum: 1900, maximum: 2100 },
  { minimum: 37, maximum: 1204 },
  { minimum: -90, maximum: 90 },
  { minimum: -180, exclusiveMaximum: 180 },
  { minimum: -40, maximum: -7 },
  { exclusiveMinimum: -3, exclusiveMaximum: 3 },
  { exclusiveMinimum: 0, exclusiveMaximum: 1 },
  { minimum: 5, maximum: 5 },
  { minimum: 99, maximum: 101 },
  { minimum: 12_345 },
  { maximum: -12_345 },
];

describe.each(RANGES)('numbers within %o', (bounds) => {
  it('are whole where that is asked', () => {
    const rule = regex(integerRule(bounds));
    for (let value = -2500; value <= 2500; value += 1)
      expect([value, rule?.test(String(value)) ?? false]).toEqual([value, within(value, bounds)]);
    for (const value of [12_344, 12_345, 99_999, 100_000, 123_456_789, -12_344, -12_345, -100_000])
      expect([value, rule?.test(String(value)) ?? false]).toEqual([value, within(value, bounds)]);
    for (const text of ['1e3', '1.0', '007', '+1', '', '-']) expect(rule?.test(text) ?? false).toBe(false);
  });

  it('may have a fraction', () => {
    const rule = regex(numberRule(bounds));
    for (let part = -25_000; part <= 25_000; part += 7) {
      const value = part / 16;
      expect([value, rule?.test(String(value)) ?? false]).toEqual([value, within(value, bounds)]);
    }
    for (let value = -200; value <= 200; value += 1)
      expect([value, rule?.test(String(value)) ?? false]).toEqual([value, within(value, bounds)]);
  });
});

it('is no rule where no number is, or where a bound has a fraction', () => {
  expect(integerRule({ minimum: 3, maximum: 2 })).toBeNull();
  expect(integerRule({ exclusiveMinimum: 2, exclusiveMaximum: 3 })).toBeNull();
  expect(integerRule({ minimum: 1.5, maximum: 3.5 })).toBe('[2-3]');
  expect(numberRule({ exclusiveMinimum: 2, maximum: 2 })).toBeNull();
  expect(numberRule({ minimum: 0.5 })).toBeNull();
});
