/** Sentences with nearly the same words that claim something else, and questions that must not be declined for a name. */
import { describe, expect, it } from 'vitest';
import { CitationList, checkAnswer } from '../../src-main/core/chat/cite';
import { standAlone } from '../../src-main/core/chat/condense';
import { asksOfUnknownName } from '../../src-main/core/chat/confidence';
import { gatherEvidence, prepareQuestion } from '../../src-main/core/chat/evidence';
import { quoteAnswer } from '../../src-main/core/chat/extractive';
import { goesInCircles } from '../../src-main/core/chat/loops';
import { createTurns } from '../../src-main/core/chat/turns';
import { contentWords } from '../../src-main/core/search/words';
import { passage } from './passages';

/** Passages beside the source, so that words have a rarity. */
const OTHERS = [
  'The harbour was dredged in 2004 by Holm and partners.',
  'Fees for moorings rose by a tenth in the southern district.',
  'The board met in Oslo and elected a new chair in March.',
  'Staff training covered fire drills and first aid on every site.',
  'A new warehouse opened in Bergen with room for 300 pallets.',
];
const evidenceOf = (...texts: string[]) => {
  const passages = texts.map((text) => passage(text));
  return gatherEvidence(passages, prepareQuestion('x', passages));
};
const supported = (answer: string, source: string) =>
  checkAnswer(answer, evidenceOf(source, ...OTHERS)).sentences.map((one) => one.supported);

describe('a claim that differs in one thing is never supported', () => {
  it.each([
    [
      'the name it begins with',
      'Napoleon signed the peace treaty in Vienna on a cold morning.',
      'Wellington signed the peace treaty in Vienna on a cold morning.',
    ],
    [
      'a name inside',
      'The treaty was signed by Napoleon in the palace that morning.',
      'The treaty was signed by Wellington in the palace that morning.',
    ],
    ['a Chinese name', '合同由王小明在北京签署并立即生效。', '合同由李大伟在北京签署并立即生效。'],
    [
      'a negation more',
      'The pump is not safe to operate without the pressure valve.',
      'The pump is safe to operate without the pressure valve.',
    ],
    [
      'a negation less',
      'The auditors found material errors in the annual accounts.',
      'The auditors found no material errors in the annual accounts.',
    ],
    [
      'the direction',
      'Revenue decreased in the northern region during the year.',
      'Revenue increased in the northern region during the year.',
    ],
    ['a number', 'The company employs 900 people in the northern region.', 'The company employs 950 people in the northern region.'],
    [
      'a number in words',
      'The committee met twelve times and approved the yearly budget plan.',
      'The committee met nine times and approved the yearly budget plan.',
    ],
    [
      'the magnitude',
      'The company earned 40 billion euros from sales of furniture.',
      'The company earned 40 million euros from sales of furniture.',
    ],
    [
      'the sign',
      'Operating margin of the northern division was 5.2% last year.',
      'Operating margin of the northern division was -5.2% last year.',
    ],
    ['full-width digits', '会社は２０２３年に東京で新しい工場を建設しました。', '会社は2019年に東京で新しい工場を建設しました。'],
    ['Arabic digits', 'تأسست الشركة في القاهرة عام ٢٠٢٣ لبيع القطن المصري.', 'تأسست الشركة في القاهرة عام ١٩٩٩ لبيع القطن المصري.'],
  ])('%s', (_what, answer, source) => {
    expect(supported(answer, source)).toEqual([false]);
    expect(supported(source, source)).toEqual([true]);
  });

  it('while the same said otherwise is', () => {
    expect(supported('The company employs 1,204 people in Oslo.', 'In Oslo the company employs 1204 people.')).toEqual([true]);
  });
});

describe('a name in the question', () => {
  it.each([
    ['Who is the CEO?', 'Anna Berg is the chief executive officer of the group.'],
    ['How much did the UK spend on rail?', 'The United Kingdom spent 4 billion on rail.'],
    ['What Is The Total Headcount?', 'The group has 400 employees at year end.'],
    ['What does Article 5 say about Termination?', 'Article 5. Either party may terminate with notice.'],
    ['What did Microsft pay?', 'Microsoft paid 5 million.'],
    ['Tell me about the Norwegian office', 'The office in Norway opened in 1990.'],
  ])('"%s" is known', (question, source) => {
    expect(asksOfUnknownName(question, [contentWords(source)])).toBe(false);
  });
});

describe('what is shown', () => {
  it("leaves out the document's own marks, which are not ours", () => {
    const { content, citations } = quoteAnswer(evidenceOf('Earlier work [12] showed that the bridge holds. Smith [3] disagreed with it.'));
    for (const [, n] of content.matchAll(/\[(\d+)\]/g)) expect(citations.map((one) => one.n)).toContain(Number(n));
  });

  it('cites a longer quote with the same beginning under its own number', () => {
    const [evidence] = evidenceOf('Head A B\n1 2 3');
    if (!evidence) throw new Error('no evidence');
    const list = new CitationList();
    list.add({ ...evidence, start: 0, end: 8 }, true);
    list.add({ ...evidence, start: 0, end: 14 }, true);
    expect(list.citations.map(({ quote }) => quote)).toEqual(['Head A B', 'Head A B\n1 2 3']);
  });
});

describe('turns', () => {
  it('are never given to two, also not to a newcomer in between', async () => {
    const turns = createTurns(1, 5);
    const { signal } = new AbortController();
    let busy = 0;
    let most = 0;
    const write = async () => {
      const release = await turns.take(signal);
      busy += 1;
      most = Math.max(most, busy);
      await new Promise((resume) => setTimeout(resume, 2));
      busy -= 1;
      release();
    };
    await Promise.all([write(), write(), write().then(write)]);
    expect(most).toBe(1);
  });
});

describe('follow-ups and circles', () => {
  const history = (question: string, answer: string) =>
    (['user', 'assistant'] as const).map((role, at) => ({
      id: role,
      parent_id: null,
      role,
      content: at === 0 ? question : answer,
      citations: [],
      sentences: [],
      answered: true,
      model: null,
      stopped: false,
      created_at: '',
    }));

  it.each([
    ['When was she born?', 'Who founded the firm?', 'Anna Berg founded the firm [1].', /Berg/],
    ['那2023年呢？', '公司2022年的收入是多少？', 'x', /收入/],
    ['What is the warranty period?', 'Who founded the company?', 'x', /^What is the warranty period\?$/],
  ])('%s', (question, before, answer, expected) => {
    expect(standAlone(question, history(before, answer))).toMatch(expected);
  });

  it('sees circles with a counter, and none in the rule of a table', () => {
    expect(goesInCircles(Array.from({ length: 12 }, (_, n) => `${n}. The company is a company.\n`).join(''))).toBe(true);
    expect(goesInCircles(`A table:\n|${'---|'.repeat(12)}`)).toBe(false);
  });
});
