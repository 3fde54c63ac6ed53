/** Makes facts.json: questions, the document that answers them, the page, and a phrase of the answer. Pages are looked up in the PDF files. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLES } from './fodt.mjs';

const FACTS = {
  'annual-report.pdf': [
    ['Who chairs the board of Nordlund Tidewater?', 'The Board is chaired by Ingrid Halvorsen-Pryce'],
    ['What was the revenue in 2024?', 'Revenue for 2024 was £1,742 million'],
    ['How many vessels does the fleet have?', 'The fleet stood at 47 vessels'],
    ['What final dividend does the board propose?', 'final dividend of 14.2 pence'],
    ['Since when has Matteo Okonkwo-Reyes been Chief Executive?', 'Chief Executive since September 2019'],
    ['Who bought the towage business?', 'Kestrel Harbour Partners'],
    ['How long does the battery ferry Solveig take to charge?', 'charges in 38 minutes'],
    ['When was the northern isles contract renewed?', 'renewed for eight years from 1 July 2024'],
    ['How long did the ice season last in Helsinki?', 'Ice lasted for 71 days'],
    ['Who was the twenty-millionth passenger on the Hull to Rotterdam service?', 'a school teacher from Goole'],
    ['How much silt was dredged at Harwich?', '1.3 million cubic metres of silt'],
    ['When did the passenger service in Riga end?', 'ended the passenger service on 30 November'],
    ['How much did the enlargement of the Europoort terminal cost?', 'at a cost of £38 million'],
    ['How much did emission allowances cost the Group?', 'cost us £19.4 million in allowances'],
    ['How many sailings were cancelled by storms in 2024?', 'storms cancelled 1,128 sailings'],
    ['When is the Fehmarnbelt link expected to open?', 'expected to open in 2029'],
    ['Where was the ferry Thorvald taken apart?', 'The ferry Thorvald was taken apart in Aliağa'],
    ['What share of officers’ posts do women hold?', 'Women hold 13 per cent'],
    ['Who leads the Safety Committee?', 'The Safety Committee is led by Fionnuala Geraghty'],
    ['Which director was elected by the employees?', 'Tomasz Eldridge'],
    ['What was the total pay of the Chief Executive?', 'total remuneration of £1,964,000'],
    ['What was the materiality used by the auditor?', 'was £8.6 million, which is about five per cent'],
    ['What was the effective rate of tax?', 'effective rate of tax was 19.7 per cent'],
    ['What coupon does the green bond pay?', 'green bond of £250 million at 5.125 per cent'],
    ['What happened to the ferry Astrid in January 2025?', 'the ferry Astrid lost a propeller blade'],
    ['When and where is the Annual General Meeting?', '22 May 2025 in the Guildhall of Hartlepool'],
  ],
  'two-columns.pdf': [
    ['By how much does the interval between foghorn blasts drift with temperature?', '0.38 seconds for each degree Celsius'],
    ['What drives the valve of the foghorn at Cuxhaven?', 'driven by a stepper motor'],
    ['Where was the rubidium oscillator kept?', 'harbour office at Grimsby'],
  ],
  'contract.docx': [
    ['When does the hire of the Petrel begin?', 'begins on 1 May 2024 at noon'],
    ['How high is the deposit for the Petrel?', 'The deposit of £60,000'],
    ['In what wind may the master refuse to sail?', 'above Beaufort force 7'],
    ['Which law applies to the hire agreement?', 'The law of Scotland applies'],
  ],
  'handbook.md': [
    ['What aperture has the Calloway refractor?', 'aperture of 38 centimetres'],
    ['How long are found things kept at the observatory?', 'kept for 90 days'],
    ['What is the price for a school group?', '| Schools | £65 | 32 |'],
    ['How much can the ladder carry?', 'at most 130 kilograms'],
  ],
  'page.html': [
    ['How deep should saffron corms be planted?', '12 centimetres deep'],
    ['How can voles be kept away from saffron?', 'wire mesh with holes of 13 millimetres'],
    ['How much dry saffron did the trial bed give in 2023?', '| 2023 | 980 | 1,377 | 9.4 |'],
  ],
  'letter.txt': [
    ['How much money does the café want credited?', 'credit us with €318.50'],
    ['How many kilograms should be reserved each month?', 'reserve 25 kilograms a month'],
  ],
  'bericht-de.pdf': [
    ['Wer leitet die Stadtgärtnerei Lindenbrück?', 'Frau Dr. Swantje Möhlenkamp'],
    ['Wie viele Bäume wurden 2023 gepflanzt?', '863 Bäume neu gepflanzt'],
    ['Wer baut das Gewächshaus?', 'Glasbau Hünerkopf aus Wernigerode'],
  ],
  'zh.pdf': [
    ['青禾县图书馆的馆长是谁？', '馆长为沈若溪女士'],
    ['流动书车全年行驶多少公里？', '全年行驶九千四百公里'],
  ],
  'ja.txt': [
    ['霧ヶ浜灯台の高さは何メートルですか。', '高さは二十七メートル'],
    ['入場料はいくらですか。', '大人三百円'],
  ],
  'ar.txt': [
    ['من هي مديرة متحف الساعات؟', 'السيدة ليان العبدلي'],
    ['كم ثمن تذكرة المتحف؟', 'عشرون ريالاً'],
  ],
  'astral.md': [
    ['Who found the 🪢 condition?', '𝒢. Oyelaran'],
    ['Into how many summands does every 𝒜-module split?', 'exactly three summands'],
  ],
  'rotated.pdf': [
    ['When does the last car of the funicular leave?', '11.48 p.m.'],
    ['Who replaces the haul rope?', 'Gebhardt & Lunn'],
  ],
};

const UNANSWERABLE = [
  'What is the boiling point of tungsten?',
  'Who painted the ceiling of the Sistine Chapel?',
  'How many moons does Neptune have?',
  'What did the company earn from its airline in Brazil?',
  'Which recipe is given for apple strudel?',
  'What is the telephone number of the Chief Financial Officer?',
  'When was the submarine division founded?',
  'What does the report say about vaccination of reindeer?',
  'How fast can a cheetah run?',
  'Which programming language is the oldest?',
  'Wer hat die Fußballweltmeisterschaft 1990 gewonnen?',
  'Who won the chess tournament in Reykjavik?',
];

const flat = (text) => text.replace(/[\s\u00ad]+/g, '');

function pageOf(name, phrase) {
  const pages = execFileSync('pdftotext', ['-raw', join(SAMPLES, name), '-'], { encoding: 'utf8', maxBuffer: 1e8 }).split('\f');
  const found = pages.flatMap((text, at) => (flat(text).includes(flat(phrase)) ? [at + 1] : []));
  if (found.length === 0) throw new Error(`${name} lacks: ${phrase}`);
  return found[0];
}

const facts = Object.entries(FACTS).flatMap(([name, pairs]) =>
  pairs.map(([question, phrase]) => ({ question, document: name, page: name.endsWith('.pdf') ? pageOf(name, phrase) : null, phrase })),
);
writeFileSync(join(SAMPLES, 'facts.json'), `${JSON.stringify({ facts, unanswerable: UNANSWERABLE }, null, 2)}\n`);
