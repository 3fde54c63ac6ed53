/** Makes the samples that need no office program: Markdown, web page, and plain text in several encodings. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { SAMPLES } from './fodt.mjs';

const write = (name, text, encoding = 'utf-8') => writeFileSync(join(SAMPLES, name), iconv.encode(text, encoding));

write(
  'handbook.md',
  `---
title: Handbook of the Ashgrove Observatory
author: Visitors' Office
---

# Handbook of the Ashgrove Observatory

For **volunteers** who guide visitors. Questions go to [Petra Lindqvist](mailto:petra@example.org), the visitors' officer.

## Opening hours

The dome is open to visitors on *Thursday, Friday and Saturday* from 19:30 to 23:00, from September to April.
In cloudy weather the talk is held in the library instead.

| Group | Price | Largest size |
|-------|------:|-------------:|
| Families | £14 | 6 |
| Schools | £65 | 32 |
| Clubs | £90 | 24 |

## Instruments

### The Calloway refractor

Built in 1893 by Thaddeus Calloway, with an aperture of 38 centimetres. The lens was taken out and hidden in a slate mine from 1940 to 1945.

### The radio dish

The dish has a diameter of 7.6 metres and listens at 1420 megahertz, the line of neutral hydrogen. It is moved by two motors of a scrapped tram.

\`\`\`sh
dish --point "Cygnus A" --minutes 20
\`\`\`

## Safety

1. Red torches only, once the dome is open.
2. Nobody climbs the ladder without a second person at its foot.
   - The ladder carries at most 130 kilograms.
   - It is inspected every March.
3. In a thunderstorm, close the shutter first and switch off the drive after that.

> The emergency telephone hangs behind the door of the clock room.

## Lost property

Found things are kept for 90 days in the green cabinet of the porter's lodge.[^1]

[^1]: Spectacles are handed to the optician in Mill Street.
`,
);

write(
  'page.html',
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Growing saffron in a cold frame</title>
<meta name="author" content="Oonagh Trevelyan-Moss">
<style>.note { color: #555 }</style>
<script>const tracker = 'this is no text of the page';</script>
</head>
<body>
<nav><a href="/">Home</a> <a href="/herbs">All herbs</a></nav>
<main>
<h1>Growing saffron in a cold frame</h1>
<p>Saffron is the dried stigma of <em>Crocus sativus</em>. A gardener needs about 150&nbsp;flowers for one gram,
and each flower must be picked on the morning it opens.</p>
<h2>Planting</h2>
<p>Plant the corms in late August, <b>12 centimetres</b> deep and 8 centimetres apart.<br>Mix the soil with one third of grit.</p>
<ul>
<li>Choose corms of at least 10 grams.</li>
<li>Do not water until the first leaves show.
<ul><li>In a dry year, one watering in the middle of September is enough.</li></ul></li>
</ul>
<h2>Pests</h2>
<p>Voles are the worst enemy. A cage of wire mesh with holes of 13 millimetres keeps them out.</p>
<h2>Yields</h2>
<table>
<caption>Yields of our trial bed at Penhallow</caption>
<tr><th>Year</th><th>Corms</th><th>Flowers</th><th>Dry saffron (g)</th></tr>
<tr><td>2021</td><td>400</td><td>312</td><td>2.1</td></tr>
<tr><td>2022</td><td>640</td><td>905</td><td>5.8</td></tr>
<tr><td>2023</td><td>980</td><td>1,377</td><td>9.4</td></tr>
</table>
<p hidden>This paragraph is hidden and must not be found.</p>
<p style="display: none">Nor must this one.</p>
<h2>Drying</h2>
<p>Dry the threads for 20 minutes at 60&nbsp;°C; they should lose four fifths of their weight.</p>
</main>
<footer>Written by Oonagh Trevelyan-Moss.</footer>
</body>
</html>
`,
);

write(
  'letter.txt',
  `Café Zoë
14, Rue de la Poêle
Liège

Liège, 9 March 2023

To the Brüssow & Sons coffee roasters


Dear Mr Brüssow,

Thank you for the 40 kilograms of coffee that arrived on Tuesday. I am sorry to say that two sacks of the “Señora Ibáñez” lot were damp, and that one of them smelled of diesel – we cannot serve it.

I would ask you to take back both sacks and to credit us with €318.50. As agreed in the autumn, transport is at your charge.

On a happier note: the Ethiopian beans are the best we have had in eleven years. Please reserve 25 kilograms a month for us until December.

Yours sincerely,

Zoë Vandenbröeck
`.replaceAll('\n', '\r\n'),
  'windows-1252',
);

write(
  'ja.txt',
  `霧ヶ浜灯台 見学のご案内

霧ヶ浜灯台は一九一二年に建てられた石造りの灯台で、高さは二十七メートルあります。現在の灯台長は藤堂みさきさんです。

見学は毎週土曜日と日曜日の午前十時から午後四時までです。入場料は大人三百円、小学生以下は無料です。

灯台の光は約三十五キロメートル先の海まで届きます。レンズは一九五四年に神戸の工房で作り直されました。

駐車場は二十台分しかありませんので、なるべく路面電車をご利用ください。終点の「岬前」から歩いて八分です。
`,
  'shift_jis',
);

write(
  'ar.txt',
  `دليل متحف الساعات في مدينة السروات

افتُتح متحف الساعات عام ١٩٧٤ في مبنى محطة القطار القديمة، ويضم اليوم ٦٣٠ ساعة. مديرة المتحف هي السيدة ليان العبدلي.

أقدم قطعة في المتحف ساعة مائية من القرن الثالث عشر، وقد رُممت في ورشة المتحف خلال سبعة عشر شهراً.

يفتح المتحف أبوابه من الساعة التاسعة صباحاً حتى الخامسة مساءً كل يوم ما عدا الاثنين. ثمن التذكرة عشرون ريالاً، والدخول مجاني للطلاب.
`,
);

write(
  'astral.md',
  `# Notes on 𝒜-modules 🧮

Let 𝒜 be a small category 🐈 and 𝔐 the set of its modules. We write 𝟙 for the unit 🎯.

## Lemma of the two cats 🐈🐈

If 𝒜 has two objects 👩‍🔬 and 👨‍🚀, then every 𝒜-module splits into exactly three summands. The proof takes 𝟚𝟟 lines and uses the 🪢 condition.

## Remark

The 🪢 condition was found by 𝒢. Oyelaran in 2017 while he repaired a kite 🪁.
`,
);
