import { describe, expect, it } from 'vitest';

import { parseRuleSet } from '../../../src/changes/rules/parse-rule-set.ts';
import { policyLines, policyWarnings } from '../../../src/changes/rules/report.ts';
import { operations } from '../../support/providers.ts';

const nobody = { connections: [], callers: [] };
const ruleSet = (when: string) => parseRuleSet(`rules: [{ name: weekend, when: { ${when} }, then: deny }]`, operations);

describe('policy check: hours that span midnight', () => {
  it.each<[string, string]>([
    [
      'hours: "22:00-06:00", days: [sat, sun]',
      'rule "weekend": days are calendar days, so of the hours 22:00 to 06:00 it matches sat 00:00 to 06:00 and not mon 00:00 to 06:00; for the nights that begin on these days write nights: [sat, sun] instead of days',
    ],
    [
      'hours: "22:00-06:00", days: [mon, fri]',
      'rule "weekend": days are calendar days, so of the hours 22:00 to 06:00 it matches mon, fri 00:00 to 06:00 and not tue, sat 00:00 to 06:00; for the nights that begin on these days write nights: [mon, fri] instead of days',
    ],
  ])('%s is explained, with how to mean the nights', (when, warning) => {
    expect(policyWarnings(ruleSet(when), nobody)).toEqual([warning]);
  });

  it.each([
    'hours: "08:00-17:00", days: [sat, sun]',
    'hours: "22:00-06:00"',
    'hours: "22:00-24:00", days: [sat]',
    'hours: "22:00-06:00", days: [mon, tue, wed, thu, fri, sat, sun]',
    'hours: "22:00-06:00", nights: [sat, sun]',
  ])('%s needs no explanation', (when) => {
    expect(policyWarnings(ruleSet(when), nobody)).toEqual([]);
  });

  it('nights are printed in words', () => {
    expect(policyLines(ruleSet('hours: "22:00-06:00", nights: [sat, sun]'))).toContain(
      '  1. weekend: deny, where from 22:00 to 06:00; in nights that begin on sat or sun',
    );
  });
});
