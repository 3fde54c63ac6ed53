/** The answer engine's pure parts: evidence, the check of citations, quotes, follow-ups, circles, turns. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src-main/contract/chat';
import { CitationList, checkAnswer, withMark } from '../../src-main/core/chat/cite';
import { standAlone } from '../../src-main/core/chat/condense';
import { asksOfUnknownName, createBackground, speaksToQuestion, zScore } from '../../src-main/core/chat/confidence';
import { gatherEvidence, orderByMeaning, prepareQuestion } from '../../src-main/core/chat/evidence';
import { declineAnswer, quoteAnswer } from '../../src-main/core/chat/extractive';
import { goesInCircles } from '../../src-main/core/chat/loops';
import { buildPrompt, continuePrompt, type Prompt } from '../../src-main/core/chat/prompt';
import { createPromptMemory } from '../../src-main/core/chat/prompt-memory';
import { createTurns } from '../../src-main/core/chat/turns';
import type { EmbeddingModel } from '../../src-main/core/ports/llm';
import type { Passage } from '../../src-main/core/search/passage';
import { contentWords } from '../../src-main/core/search/words';
import { passage } from './passages';

const evidenceFor = (question: string, passages: Passage[]) => gatherEvidence(passages, prepareQuestion(question, passages));

const REPORT = passage(
  'The Group was founded in 1911 on the River Tees. Revenue for 2024 was £1,742 million, an increase of 9.7 per cent. The Board is chaired by Ingrid Halvorsen-Pryce.',
  { page: 2 },
);
const OTHER = passage('Gardens need water in summer. The head gardener is Tom Reed.', { page: 9 });

describe('evidence', () => {
  it.each([
    ['When was the Group founded?', 'founded in 1911'],
    ['What was the revenue in 2024?', '1,742'],
    ['Who chairs the board?', 'Halvorsen'],
    ['Who is the head gardener?', 'Tom Reed'],
  ])('puts the telling sentence first: %s', (question, telling) => {
    expect(evidenceFor(question, [REPORT, OTHER])[0]?.text).toContain(telling);
  });

  it('gives a row of figures the head of its table', () => {
    const table = passage('Sales were good.\n\nMonth Planned Sailed\nJanuary 230 221\nMarch 170 151\n\nThat is all.');
    const [best] = evidenceFor('How many sailings were planned in March?', [table]);
    expect(best?.text).toBe('Month Planned Sailed\nJanuary 230 221\nMarch 170 151');
  });

  it('prefers what a title announces to the title, and text to a table of contents', () => {
    const chapter = passage('Principal risks\n\nFog may delay ships. Principal risks are reviewed each quarter.', {
      heading_path: ['Principal risks'],
    });
    const contents = passage('Principal risks . . . . . . . . . . . 67');
    const [best] = evidenceFor('What are the principal risks?', [contents, chapter]);
    expect(best?.text).toBe('Principal risks are reviewed each quarter.');
  });

  it('lets meaning reorder what words found, and puts behind what was not compared', () => {
    const evidence = evidenceFor('Who leads the directors?', [REPORT, OTHER]);
    const board = evidence.findIndex(({ text }) => text.includes('chaired'));
    const ordered = orderByMeaning(
      evidence,
      evidence.map((_, at) => (at === board ? 0.9 : 0.4)),
    );
    expect(ordered[0]?.text).toContain('chaired');
    expect(orderByMeaning(evidence, [])).toEqual(evidence);
  });
});

describe('confidence', () => {
  const vectors = (values: number[]) => values.map((value) => new Float32Array([value, Math.sqrt(1 - value * value)]));
  const engine = (similarities: number[]): EmbeddingModel => ({
    info: () => ({ id: 'm', state: 'loaded', engine: null, detail: null, context_tokens: null, dimensions: 2 }),
    available: () => true,
    model: () => 'm',
    embed: async (texts) => vectors(texts.map((_, at) => similarities[at % similarities.length] ?? 0)),
    load: async () => undefined,
    unload: async () => undefined,
    busy: () => false,
    embedCounted: () => Promise.reject(new Error('not asked here')),
    onChange: () => undefined,
    close: async () => undefined,
  });

  it('measures a similarity against passages about nothing', async () => {
    const background = await createBackground(engine([0.3, 0.4, 0.5]))(new Float32Array([1, 0]));
    expect(zScore(background.mean, background)).toBeCloseTo(0);
    expect(zScore(0.9, background)).toBeGreaterThan(4);
  });

  it('needs words, or meaning, or some of both', () => {
    const [best] = evidenceFor('When was the Group founded?', [REPORT]);
    const weak = { ...(best ?? evidenceFor('x', [REPORT])[0]), coverage: 0.2 } as NonNullable<typeof best>;
    expect(best && speaksToQuestion(best, null)).toBe(true);
    expect(speaksToQuestion(weak, null)).toBe(false);
    expect(speaksToQuestion(weak, 5)).toBe(true);
    expect(speaksToQuestion(weak, 2)).toBe(false);
    expect(best && speaksToQuestion(best, 1)).toBe(false);
  });

  it('sees names that no passage knows, but not in German, where all nouns have capitals', () => {
    const known = [contentWords(REPORT.chunk.text)];
    expect(asksOfUnknownName('What did Napoleon say?', known)).toBe(true);
    expect(asksOfUnknownName('What did Ingrid say?', known)).toBe(false);
    expect(asksOfUnknownName('Wie hoch war der Umsatz?', known)).toBe(false);
  });
});

describe('the check', () => {
  const evidence = evidenceFor('What was the revenue in 2024?', [REPORT, OTHER]);

  it('marks what a source holds, with the quote that holds it', () => {
    const { content, citations, sentences } = checkAnswer('Revenue in 2024 was £1,742 million.', evidence);
    expect(content).toBe('Revenue in 2024 was £1,742 million [1].');
    expect(citations).toEqual([
      expect.objectContaining({ n: 1, supported: true, page: 2, quote: expect.stringContaining('£1,742 million') }),
    ]);
    expect(sentences).toEqual([{ char_start: 0, char_end: [...content].length, supported: true, citations: [1] }]);
  });

  it.each([
    ['a wrong number', 'Revenue in 2024 was £1,743 million.'],
    ['a name from nowhere', 'Revenue for 2024 was £1,742 million, said Napoleon Bonaparte.'],
    ['something else', 'Whales sing in winter.'],
  ])('never supports %s', (_what, answer) => {
    expect(checkAnswer(answer, evidence).sentences[0]?.supported).toBe(false);
  });

  it('replaces the marks of the model by its own', () => {
    const { content } = checkAnswer('The Group was founded in 1911 [7]. The Board is chaired by Ingrid Halvorsen-Pryce [1, 2].', evidence);
    expect(content).toBe('The Group was founded in 1911 [1]. The Board is chaired by Ingrid Halvorsen-Pryce [2].');
  });

  it('holds for any text: every mark has its citation, numbers count from 1, offsets are inside', () => {
    const piece = fc.oneof(
      fc.constantFrom('Revenue for 2024 was £1,742 million.', 'The Group was founded in 1911.', '1.', '[3]', '\n\n', '🚢'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const { content, citations, sentences } = checkAnswer(pieces.join(' '), evidence);
        expect(citations.map(({ n }) => n)).toEqual(citations.map((_, at) => at + 1));
        for (const sentence of sentences) {
          const shown = [...content].slice(sentence.char_start, sentence.char_end).join('');
          for (const n of sentence.citations) expect(shown).toContain(`[${n}]`);
          expect(sentence.supported && sentence.citations.length === 0).toBe(false);
        }
        for (const { quote, char_start, char_end } of citations) expect([...quote]).toHaveLength(char_end - char_start);
      }),
    );
  });

  it('puts the mark before the full stop', () => {
    expect(withMark('It grew.', 1)).toBe('It grew [1].');
    expect(withMark('“It grew.”', 2)).toBe('“It grew [2].”');
    expect(withMark('Revenue 12 (2023)', 3)).toBe('Revenue 12 (2023) [3]');
    expect(withMark('收入增长。', 4)).toBe('收入增长 [4]。');
  });
});

describe('answers without a model', () => {
  it('quote the best sentences, each with its mark', () => {
    const { content, citations } = quoteAnswer(evidenceFor('Who chairs the board?', [REPORT, OTHER]));
    expect(content).toMatch(/^The Board is chaired by Ingrid Halvorsen-Pryce \[1\]\./);
    expect(citations[0]).toMatchObject({ supported: true, quote: 'The Board is chaired by Ingrid Halvorsen-Pryce.' });
  });

  it('put a row under its heading, and cite the same words once', () => {
    const row = passage('Fuel 76.4 23.9', { heading_path: ['18. Inventories'] });
    const list = new CitationList();
    const evidence = evidenceFor('How much fuel is in the inventories?', [row]);
    expect(quoteAnswer(evidence, list).content).toBe('18. Inventories: Fuel 76.4 23.9 [1]');
    quoteAnswer(evidence, list);
    expect(list.citations).toHaveLength(1);
  });

  it('say so when there is none, and offer the nearest passage unconfirmed', () => {
    const [nearest] = evidenceFor('whales', [OTHER]);
    const declined = declineAnswer(nearest);
    expect(declined.content).toContain('do not answer');
    expect(declined.citations[0]?.supported).toBe(false);
    expect(declineAnswer(undefined).citations).toEqual([]);
  });
});

describe('the prompt', () => {
  it('numbers sources within its budget, best first, and shortens the conversation', () => {
    const evidence = evidenceFor('What was the revenue in 2024?', [REPORT, OTHER]);
    const history = [asked('What is it?'), asked('x'.repeat(5_000), 'assistant')];
    const { turns } = buildPrompt('What was the revenue in 2024?', evidence, history, 300);
    const last = turns.at(-1)?.content ?? '';
    expect(turns.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(last).toContain('[1] report.pdf: ');
    expect(last).toContain('Question: What was the revenue in 2024?');
    expect(last.length).toBeLessThan(500);
    expect(turns[2]?.content.length).toBeLessThan(1_000);
  });
});

const asked = (content: string, role: Message['role'] = 'user'): Message => ({
  id: content.slice(0, 20),
  parent_id: null,
  role,
  content,
  citations: [],
  sentences: [],
  answered: true,
  model: null,
  stopped: false,
  created_at: '2026-01-01T00:00:00.000Z',
});

describe('follow-up questions', () => {
  const history = [asked('What was the revenue of Helsinki in 2022?'), asked('It was 12.', 'assistant')];
  it.each([
    ['And in 2023?', /revenue of Helsinki in \? And in 2023/],
    ['Who signed it?', /revenue.*Who signed it/],
    ['Und warum?', /revenue.*Und warum/],
  ])('"%s" takes its subject from the question before', (question, expected) => {
    expect(standAlone(question, history)).toMatch(expected);
  });

  it('stay as they are when they stand alone, or begin the conversation', () => {
    const question = 'Which ports did the company close during the winter season?';
    expect(standAlone(question, history)).toBe(question);
    expect(standAlone('And then?', [])).toBe('And then?');
  });

  it('reach back over a follow-up', () => {
    const longer = [...history, asked('And in 2023?'), asked('13.', 'assistant')];
    expect(standAlone('Why?', longer)).toContain('Helsinki');
  });
});

describe('circles', () => {
  it('are seen in what repeats three times, not in prose', () => {
    expect(goesInCircles('The answer is 12. The answer is 12. The answer is 12. ')).toBe(true);
    expect(goesInCircles(REPORT.chunk.text)).toBe(false);
  });
});

describe('turns', () => {
  it('come one after the other, and the line has an end', async () => {
    const turns = createTurns(1, 1);
    const { signal } = new AbortController();
    const release = await turns.take(signal);
    const second = turns.take(signal);
    await expect(turns.take(signal)).rejects.toMatchObject({ code: 'UNAVAILABLE', details: { retry_after_s: 10 } });
    release();
    release();
    (await second)();
    (await turns.take(signal))();
  });

  it('are given up by those who go away', async () => {
    const turns = createTurns(1, 2);
    const release = await turns.take(new AbortController().signal);
    const leaving = new AbortController();
    const left = turns.take(leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    release();
    (await turns.take(new AbortController().signal))();
  });

  it('go round the callers, whoever asks for many at once', async () => {
    const turns = createTurns(1, 20);
    const { signal } = new AbortController();
    const first = await turns.take(signal, 'flood');
    const order: string[] = [];
    const asked = ['flood', 'flood', 'flood', 'one', 'two'].map(async (caller) => {
      const release = await turns.take(signal, caller);
      order.push(caller);
      release();
    });
    first();
    await Promise.all(asked);
    expect(order.slice(0, 3).sort()).toEqual(['flood', 'one', 'two']);
    expect(order).toHaveLength(5);
    expect(order[0]).not.toBe('flood');
  });
});

describe('a further question', () => {
  it('leaves what was said letter for letter, and adds little', () => {
    const evidence = evidenceFor('What was the revenue in 2024?', [REPORT]);
    const before = buildPrompt('What was the revenue in 2024?', evidence, [], 3_000);
    const said: Prompt = { ...before, turns: [...before.turns, { role: 'assistant', content: 'It was 12 million [1].' }] };
    const further = continuePrompt(said, 'And in 2023?', evidence, 3_000);
    expect(further.turns.slice(0, said.turns.length)).toEqual(said.turns);
    expect(further.turns.at(-1)?.content).toContain('Question: And in 2023?');
    expect(further.turns).toHaveLength(said.turns.length + 1);
  });

  it('is known by the words of the turn before it, in the same project', () => {
    const memory = createPromptMemory();
    const prompt = { turns: [], sources: [] };
    const turn = (role: 'user' | 'assistant', content: string) => ({ role, content }) as Message;
    memory.remember('p', { question: 'q', answer: 'a' }, prompt);
    expect(memory.recall('p', [turn('user', 'q'), turn('assistant', 'a')])).toBe(prompt);
    expect(memory.recall('other', [turn('user', 'q'), turn('assistant', 'a')])).toBeNull();
    expect(memory.recall('p', [turn('user', 'q'), turn('assistant', 'b')])).toBeNull();
    expect(memory.recall('p', [])).toBeNull();
  });
});
