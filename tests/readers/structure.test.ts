/** Formats of written structure: XML, markup languages, notebooks, subtitles. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { asciidocBlocks } from '../../src-main/adapters/readers/markup/asciidoc';
import { latexBlocks } from '../../src-main/adapters/readers/markup/latex';
import { orgBlocks } from '../../src-main/adapters/readers/markup/org';
import { rstBlocks } from '../../src-main/adapters/readers/markup/rst';
import { openPool, readWhole, type Whole } from './read';

const pool = openPool();
const folder = mkdtempSync(join(tmpdir(), 'structure-'));
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

const read = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return readWhole(pool, join(folder, name));
};
const pathOf = ({ chunks }: Whole, words: string) => chunks.find(({ text }) => text.includes(words))?.heading_path;

describe('XML', () => {
  it('DocBook: sections below their titles, code as it is, tables', async () => {
    const whole = await read(
      'guide.xml',
      `<?xml version="1.0"?><book xmlns="http://docbook.org/ns/docbook"><title>Beekeeping</title><chapter><title>Hives</title>
       <para>A hive needs <emphasis>morning</emphasis> sun.</para><section><title>Tools</title><para>Bring a smoker.</para>
       <programlisting>one
  two</programlisting><informaltable><tgroup><row><entry>Tool</entry><entry>Use</entry></row><row><entry>Veil</entry><entry>Face</entry></row></tgroup></informaltable></section></chapter></book>`,
    );
    expect(whole.mime_type).toBe('application/xml');
    expect(pathOf(whole, 'morning sun')).toEqual(['Beekeeping', 'Hives']);
    expect(pathOf(whole, 'smoker')).toEqual(['Beekeeping', 'Hives', 'Tools']);
    expect(whole.result.content).toContain('A hive needs morning sun.');
    expect(whole.result.content).toContain('one\n  two');
    expect(whole.result.content).toContain('| Veil | Face |');
  });

  it('JATS: names in one line, references are no headings', async () => {
    const whole = await read(
      'paper.nxml',
      `<article><front><article-meta><title-group><article-title>On voles</article-title></title-group>
       <contrib-group><contrib><name><surname>Bly</surname><given-names>Nelly</given-names></name></contrib></contrib-group></article-meta></front>
       <body><sec><title>Methods</title><p>We counted <italic>Myodes</italic>.</p></sec></body>
       <back><ref-list><title>References</title><ref><element-citation><person-group><name><surname>Poe</surname></name></person-group><article-title>Ravens</article-title><year>1845</year></element-citation></ref></ref-list></back></article>`,
    );
    expect(pathOf(whole, 'We counted Myodes.')).toEqual(['On voles', 'Methods']);
    expect(whole.result.content).toContain('Bly Nelly');
    expect(whole.result.content).toContain('Poe Ravens 1845');
    expect(whole.chunks.flatMap(({ heading_path }) => heading_path)).not.toContain('Ravens');
  });

  it('TEI', async () => {
    const whole = await read(
      'letter.tei',
      `<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Letters</title></titleStmt></fileDesc></teiHeader>
       <text><body><div><head>To Mary</head><p>The <persName>Duke</persName> is ill.</p></div></body></text></TEI>`,
    );
    expect(pathOf(whole, 'The Duke is ill.')).toEqual(['Letters', 'To Mary']);
  });

  it('data: each value with the name of its field and its attributes; pages within feeds as text', async () => {
    const { result } = await read(
      'stock.xml',
      `<stock><item sku="7"><name>Lamp &amp; shade</name><price currency="EUR">12</price></item>
       <item><description><![CDATA[<p>Two <b>brass</b> lamps</p>]]></description></item></stock>`,
    );
    expect(result.content).toContain('item sku=7');
    expect(result.content).toContain('name: Lamp & shade\nprice currency=EUR: 12');
    expect(result.content).toContain('description: Two brass lamps');
  });

  it('entities neither explode nor reach out, deep trees end', async () => {
    const laughs = Array.from({ length: 12 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('');
    const started = Date.now();
    const bomb = await read(
      'bomb.xml',
      `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">${laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]><x><p>&l12; &f; harmless</p></x>`,
    );
    expect(bomb.result.content).toContain('harmless');
    expect(bomb.result.content.length).toBeLessThan(5_000);
    expect(bomb.result.content).not.toContain('root:');
    const deep = await read('deep.xml', `<?xml version="1.0"?>${'<a>'.repeat(50_000)}bottom${'</a>'.repeat(50_000)}`);
    expect(deep.result.content).toContain('bottom');
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});

describe('reStructuredText', () => {
  const text = `================
Field handbook
================

Intro with **bold**, *slanted*, \`\`code\`\` and a \`link <https://x.org>\`_ and :ref:\`the end\`.

Equipment
=========

.. note:: Keep it *dry*.

   Always.

.. image:: tent.png
   :alt: A tent

Tents
-----

Pitch like this::

    stake()
      rope()

.. A comment that nobody sees.

+------+-------+
| Tent | Sleeps|
+======+=======+
| Red  | 2     |
+------+-------+
`;

  it('gives titles, words and code', async () => {
    const whole = await read('handbook.rst', text);
    expect(whole.result.content).toContain('Intro with bold, slanted, code and a link and the end.');
    expect(pathOf(whole, 'Keep it dry.')).toEqual(['Field handbook', 'Equipment']);
    expect(pathOf(whole, 'Always.')).toEqual(['Field handbook', 'Equipment']);
    expect(pathOf(whole, 'Pitch like this:')).toEqual(['Field handbook', 'Equipment', 'Tents']);
    expect(whole.result.content).toContain('stake()\n  rope()');
    expect(whole.result.content).toContain('| Red | 2 |');
    expect(whole.result.content).not.toMatch(/comment|tent\.png|====|::/);
  });
});

describe('AsciiDoc', () => {
  it('gives titles, words, code and tables', async () => {
    const whole = await read(
      'manual.adoc',
      `// secret
= Pump manual
:toc: left

Read *this* _first_, see https://x.org[the site] and \`pump -v\`.

== Start

.Fuel
[source,bash]
----
pump --start # *as is*
----

|===
|Part |Price

|Hose |12
|===

////
hidden
////
`,
    );
    expect(whole.result.content).toContain('Read this first, see the site and pump -v.');
    expect(pathOf(whole, 'pump --start # *as is*')).toEqual(['Pump manual', 'Start']);
    expect(whole.result.content).toContain('| Hose | 12 |');
    expect(whole.result.content).not.toMatch(/secret|hidden|:toc|\[source/);
  });
});

describe('Org', () => {
  it('gives headings, words, code and tables', async () => {
    const whole = await read(
      'notes.org',
      `#+TITLE: Journal
* TODO Garden :home:
:PROPERTIES:
:ID: 17
:END:
Sow the [[https://x.org][yellow beans]] in *May*.
** Tools
#+BEGIN_SRC sh
dig --deep
#+END_SRC
| Tool | Age |
|------+-----|
| Rake | 9 |
# a comment
`,
    );
    expect(whole.result.content).toContain('Sow the yellow beans in May.');
    expect(pathOf(whole, 'dig --deep')).toEqual(['Garden', 'Tools']);
    expect(whole.result.content).toContain('| Rake | 9 |');
    expect(whole.result.content).not.toMatch(/TODO|:ID:|comment|BEGIN_SRC/);
  });
});

describe('LaTeX', () => {
  it('gives sections, words and formulas', async () => {
    const whole = await read(
      'paper.tex',
      String.raw`\documentclass{article}
\usepackage[utf8]{inputenc}
\newcommand{\R}{\mathbb{R}}
\title{On \emph{Tides}}
\author{Zo\"e \v{S}\'a\l{}}
\begin{document}
\maketitle
\section{Introduction}\label{sec:intro} % a comment
The moon \textbf{pulls} 40\% of the sea~\cite{kelvin}, see $x^2 + \alpha$.
It \emph{never \textit{rests}}---"never".\footnote{Almost.}
\subsection{Data}
\begin{itemize}
\item High water
\item Low water
\end{itemize}
\begin{equation} h = a \cos t \end{equation}
\begin{tabular}{lr} Port & Height \\ \hline Brest & 6 \\ \end{tabular}
\begin{verbatim}
\raw{code} % kept
\end{verbatim}
\end{document}
ignored`,
    );
    expect(whole.mime_type).toBe('application/x-tex');
    const { content } = whole.result;
    expect(content).toContain('On Tides');
    expect(content).toContain('Zoë Šáł');
    expect(content).toContain('The moon pulls 40% of the sea [kelvin], see $x^2 + \\alpha$.');
    expect(content).toContain('It never rests—"never". (Almost.)');
    expect(pathOf(whole, 'High water')).toEqual(['Introduction', 'Data']);
    expect(content).toContain('h = a \\cos t');
    expect(content).toMatch(/Brest\s+\| 6/);
    expect(content).toContain('\\raw{code} % kept');
    expect(content).not.toMatch(/a comment|usepackage|itemize|ignored|sec:intro|newcommand/);
  });
});

describe('any text at all', () => {
  const signs = fc.constantFrom(
    ...'\n\n\n \\{}[]$%&|=-*_`:.#+~^"<>/aB1é中'.split(''),
    '\\section{',
    '\\begin{',
    '.. note::',
    '#+begin_src',
    '|===',
    '----',
    '::',
    '====',
  );
  const text = fc.array(signs, { maxLength: 120 }).map((all) => all.join(''));
  it.each([
    ['rst', rstBlocks],
    ['asciidoc', asciidocBlocks],
    ['org', orgBlocks],
    ['latex', latexBlocks],
  ])('%s ends, with blocks that are not empty', (_, blocksOf) => {
    fc.assert(
      fc.property(text, (source) => {
        for (const block of blocksOf(source)) expect(block.text.trim()).not.toBe('');
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['rst', rstBlocks],
    ['asciidoc', asciidocBlocks],
    ['org', orgBlocks],
    ['latex', latexBlocks],
  ])('%s takes a time that grows with the length only', (_, blocksOf) => {
    for (const piece of ['*', '`', '$', '{', '\\(', '_a ', '[[', '|', '\\begin{', '.. ', '----\n', '<<', 'a:', '%\n']) {
      const started = Date.now();
      blocksOf(piece.repeat(20_000));
      expect(Date.now() - started, piece).toBeLessThan(3_000);
    }
  });
});

describe('notebooks', () => {
  it('give cells in order, headings of their texts, and outputs', async () => {
    const cells = [
      { cell_type: 'markdown', source: ['# Voles\n', '\n', 'We *count* them.'] },
      {
        cell_type: 'code',
        source: 'print(40 + 2)',
        outputs: [{ output_type: 'stream', text: ['42\n'] }, { data: { 'text/plain': "'done'", 'image/png': 'AAAA' } }],
      },
      { cell_type: 'markdown', source: '## Errors' },
      {
        cell_type: 'code',
        source: '1/0',
        outputs: [{ output_type: 'error', ename: 'ZeroDivisionError', evalue: 'division by zero', traceback: [] }],
      },
    ];
    const whole = await read('study.ipynb', JSON.stringify({ cells, nbformat: 4, metadata: {} }));
    const { content } = whole.result;
    expect(
      ['We count them.', 'print(40 + 2)', '42', "'done'", 'ZeroDivisionError: division by zero'].map(
        (words) => content.indexOf(words) >= 0,
      ),
    ).toEqual(Array(5).fill(true));
    expect(content).not.toContain('AAAA');
    expect(pathOf(whole, 'ZeroDivisionError')).toEqual(['Voles', 'Errors']);
  });

  it('that are none are read as JSON', async () => {
    expect((await read('odd.ipynb', '{"colour": "teal"}')).result.content).toContain('teal');
  });
});

describe('subtitles', () => {
  it('SRT: sentences run on over cues, times and marks go', async () => {
    const { result } = await read(
      'film.srt',
      '1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>The harbour</i> of\r\n\r\n2\r\n00:00:02,600 --> 00:00:04,000\r\n{\\an8}Bergen is\r\ncold.\r\n\r\n3\r\n00:01:00,000 --> 00:01:02,000\r\nLater.\r\n',
    );
    expect(result.content).toBe('The harbour of Bergen is cold.\n\nLater.');
    expect(result.metadata).toMatchObject({ cues: 3, seconds: 62 });
  });

  it('WebVTT: voices are named, notes and styles go', async () => {
    const { result, mime_type } = await read(
      'talk.txt',
      'WEBVTT - a talk\n\nNOTE nobody\nsees this\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:02.000 align:left\n<v Ann Lee>Good &amp; <c.loud>fine</c></v>\n\n00:02.000 --> 00:03.000\n<v Bo>Yes.\n',
    );
    expect(mime_type).toBe('text/vtt');
    expect(result.content).toBe('Ann Lee: Good & fine\n\nBo: Yes.');
  });
});
