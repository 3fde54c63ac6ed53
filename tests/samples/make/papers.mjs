/** Makes two-columns.pdf, bericht-de.pdf, zh.pdf and contract.docx. */
import { convert, document, heading, list, paragraph, table } from './fodt.mjs';

const p = (text) => paragraph(text);

const paper = [
  heading(1, 'Fog signals as clocks: timing of foghorns in three estuaries'),
  p('Mirela Stancu-Whitford and Jun Hasegawa-Boyle, Institute of Coastal Acoustics, Whitby'),
  heading(2, 'Abstract'),
  p(
    'Foghorns are built to be heard, not to be timed. We recorded 4,812 blasts from eleven foghorns over two winters and found that the interval between blasts drifts by 0.38 seconds for each degree Celsius of air temperature. The drift is explained by the viscosity of the lubricant in the rotating valve, and not, as had been supposed, by the pressure of the compressed air. A correction brings the remaining error below forty milliseconds, which makes foghorns usable as a synchronisation signal for unattended hydrophones.',
  ),
  heading(2, '1 Introduction'),
  p(
    'Unattended hydrophones lose track of time. Their quartz oscillators age, and in brackish water no satellite signal reaches them. Earlier deployments have therefore relied on divers, who carry a reference clock to each instrument at considerable expense. Acoustic synchronisation through existing installations would be an attractive alternative, provided that the characteristics of these installations were understood.',
  ),
  p(
    'Foghorns have been operated along northern coastlines since the middle of the nineteenth century. Their characteristic, the pattern of blasts and silences, is published for mariners and is meant to distinguish one station from another. Nothing in the regulations demands that the pattern be kept with precision, and to our knowledge nobody has measured how precisely it is kept.',
  ),
  heading(2, '2 Instruments and sites'),
  p(
    'Recordings were made in the estuaries of the Humber, the Elbe and the Tagus. At each site three hydrophones were moored at a depth of seven metres, together with an atmospheric microphone on the nearest quay. All channels were digitised at 48 kilohertz with 24 bits. The reference was a rubidium oscillator that we kept in the harbour office at Grimsby.',
  ),
  table(
    [
      ['Estuary', 'Foghorns', 'Blasts', 'Nights'],
      ['Humber', '4', '1,935', '61'],
      ['Elbe', '5', '2,204', '74'],
      ['Tagus', '2', '673', '22'],
    ],
    'Sites',
  ),
  p(
    'Temperature, humidity and wind were logged every minute. On six nights we were permitted to open the housing of the foghorn at Spurn and to attach a thermocouple to the bearing of the valve.',
  ),
  heading(2, '3 Method'),
  p(
    'The onset of a blast was determined by cross-correlation with a template, which was itself the average of the twenty loudest blasts of the night. Reverberation from quays and hulls produces secondary maxima; we discarded an onset whenever the secondary maximum exceeded one third of the primary one. This criterion removed 9.6 per cent of all blasts, most of them from the Tagus, where ferries pass between the foghorn and the instruments.',
  ),
  p(
    'Intervals between consecutive onsets were then regressed on temperature, on atmospheric pressure and on the pressure of the compressed air, which the operators kindly provided. Uncertainties were estimated by bootstrapping whole nights rather than individual blasts, because blasts of the same night are not independent observations.',
  ),
  heading(2, '4 Results'),
  p(
    'Temperature alone explains 83 per cent of the variance of the intervals. Neither atmospheric pressure nor the pressure of the compressed air contributes significantly once temperature is included. The thermocouple measurements confirm the interpretation: the interval follows the temperature of the bearing with a delay of about eleven minutes, which corresponds to the thermal inertia of the housing.',
  ),
  p(
    'The foghorn at Cuxhaven behaves differently. Its valve has been driven by a stepper motor since a refurbishment in 2016, and its intervals are constant to within three milliseconds. We were not aware of this refurbishment before the measurements and regard the agreement as an unintended validation of the procedure.',
  ),
  heading(2, '5 Discussion'),
  p(
    'Our findings suggest that lubricants with a lower temperature coefficient would remove most of the drift. The operators of the Elbe foghorns have replaced the mineral oil by a synthetic one, and preliminary recordings from the following winter show a reduction of the drift to 0.07 seconds for each degree. Synchronisation of hydrophones to better than one hundred milliseconds appears feasible without any modification of the installations.',
  ),
  p(
    'A limitation is the dependence on fog. Over both winters the foghorns sounded on 157 nights, with gaps of up to nineteen days. During such gaps the oscillators of the hydrophones are on their own, and interpolation between foggy nights assumes that ageing is linear.',
  ),
  heading(2, 'Acknowledgements'),
  p('We thank the keepers of the Spurn station, and the late Ottoline Marchbanks, who lent us her collection of tide tables.'),
  heading(2, 'References'),
  list([
    'Dunmore, P. and Aske, L. (1998) The hearing of ships. Journal of Harbour Studies 12, 44–71.',
    'Keir, W. (2011) Drifting oscillators in shallow water. Estuarine Instruments 3, 5–19.',
  ]),
];

const bericht = [
  heading(1, 'Jahresbericht 2023 der Stadtgärtnerei Lindenbrück'),
  p(
    'Die Stadtgärtnerei Lindenbrück pflegt 412 Hektar Grünflächen, 38 Spielplätze und rund 21.700 Straßenbäume. Leiterin ist seit April 2021 Frau Dr. Swantje Möhlenkamp.',
  ),
  heading(2, 'Straßenbäume'),
  p(
    'Im Berichtsjahr wurden 863 Bäume neu gepflanzt und 541 gefällt, davon 129 nach dem Sturm „Falk“ vom 5. Oktober. Die häufigste Art ist die Winterlinde mit 27 Prozent des Bestands. Gegossen wurde in den Sommermonaten nachts mit aufbereitetem Wasser aus dem Klärwerk Süd.',
  ),
  p(
    'Bei der Artenwahl setzt die Stadtgärtnerei zunehmend auf trockenheitsverträgliche Gehölze, z. B. die Flaumeiche und den Feldahorn. Die Anwuchsquote lag bei 94,3 Prozent.',
  ),
  heading(2, 'Spielplätze'),
  p(
    'Der Wasserspielplatz am Mühlenanger wurde nach achtmonatigem Umbau am 17. Juni wiedereröffnet. Die Kosten betrugen 1,28 Millionen Euro und blieben damit um 90.000 Euro unter dem Ansatz.',
  ),
  table(
    [
      ['Kennzahl', '2021', '2022', '2023'],
      ['Neu gepflanzte Bäume', '702', '788', '863'],
      ['Gefällte Bäume', '398', '420', '541'],
      ['Ausgaben (Tsd. Euro)', '9.840', '10.315', '11.072'],
      ['Beschäftigte', '164', '166', '171'],
    ],
    'Kennzahlen',
  ),
  heading(2, 'Friedhöfe', { breakBefore: true }),
  p(
    'Auf dem Ostfriedhof entstand ein Ruhewald mit 240 Plätzen. Die Gebühren wurden zum 1. März um durchschnittlich 3,5 Prozent erhöht, die erste Anpassung seit sechs Jahren.',
  ),
  heading(2, 'Ausblick'),
  p(
    'Für 2024 ist der Bau eines Gewächshauses mit Erdwärmeheizung geplant. Den Auftrag erhielt die Firma Glasbau Hünerkopf aus Wernigerode. Außerdem sollen alle Rasenmäher bis Jahresende elektrisch betrieben werden.',
  ),
];

const zh = [
  heading(1, '青禾县图书馆2023年度报告'),
  p('青禾县图书馆成立于1958年，现有藏书四十六万三千册，馆长为沈若溪女士。全年接待读者二十一万八千人次，比上一年增长百分之十二。'),
  heading(2, '古籍修复'),
  p('本馆古籍修复室于五月完成了清代《青禾县志》的修复工作，共计三百一十二页，历时十四个月。修复所用的纸张由安徽泾县的一家作坊手工制作。'),
  heading(2, '流动书车'),
  p('流动书车每周二和周五前往十七个村庄，全年行驶九千四百公里，借出图书一万三千六百册。书车司机周大海已经连续工作二十二年。'),
  table(
    [
      ['项目', '2022', '2023'],
      ['读者人次', '194600', '218000'],
      ['新增图书', '8200', '9150'],
      ['讲座场次', '64', '71'],
    ],
    '统计',
  ),
  heading(2, '来年计划'),
  p('二〇二四年将在城东新区开设一所儿童分馆，面积为八百平方米，预计九月开放。'),
];

const contract = [
  heading(1, 'Agreement on the hire of the research vessel Petrel'),
  p(
    'between Skerry Marine Charter Ltd (“the Owner”) and the Fjordside Biological Station (“the Hirer”), signed at Oban on 6 February 2024.',
  ),
  heading(2, '1. Subject'),
  p('1.1 The Owner lets the motor vessel Petrel, length 31.4 metres, to the Hirer for research in the Minch and the Sea of the Hebrides.'),
  p('1.2 The vessel is handed over at the north pier of Oban with full tanks and a crew of six.'),
  heading(2, '2. Period'),
  p('2.1 The hire begins on 1 May 2024 at noon and ends on 15 September 2024 at noon.'),
  p('2.2 The Hirer may extend the hire once by up to 21 days if it gives notice in writing at least 30 days before the end.'),
  heading(2, '3. Hire and deposit'),
  p('3.1 The daily hire is £3,950, payable monthly in advance. Fuel is charged at cost.'),
  table(
    [
      ['Item', 'Amount', 'Due'],
      ['Daily hire', '£3,950', 'monthly in advance'],
      ['Deposit', '£60,000', '15 April 2024'],
      ['Cleaning at the end', '£2,200', 'on redelivery'],
      ['Winch operator, each day', '£410', 'monthly in arrears'],
    ],
    'Amounts',
  ),
  p('3.2 The deposit of £60,000 is held by Dalgleish & Munro Solicitors and bears interest for the Hirer.'),
  heading(2, '4. Use of the vessel'),
  p('4.1 No explosives, live sharks or more than four diving cylinders of pure oxygen may be taken on board.'),
  p('4.2 The master may refuse to sail when the forecast gives winds above Beaufort force 7.'),
  heading(2, '5. Liability'),
  p('5.1 The Hirer answers for damage to the winch and the wet laboratory up to £145,000. Damage by ordinary wear is borne by the Owner.'),
  heading(2, '6. Ending the agreement'),
  p(
    '6.1 Either party may end this agreement with 14 days’ notice if the other has not paid or not provided the vessel for more than 10 days.',
  ),
  p('6.2 Disputes are decided by an arbiter named by the Sheriff Principal of North Strathclyde. The law of Scotland applies.'),
];

/** Word knows its headings by these names. */
const forWord = (source) =>
  [1, 2].reduce(
    (text, level) =>
      text
        .replaceAll(`"H${level}"`, `"Heading_20_${level}"`)
        .replace(
          `style:name="Heading_20_${level}"`,
          `style:name="Heading_20_${level}" style:display-name="Heading ${level}" style:default-outline-level="${level}"`,
        ),
    source,
  );
/** Places where a long word may be parted at the end of a line. */
const softHyphens = (block) =>
  block.replace(/(?<=[ >(])[a-z]{9,}(?=[ .,;<])/g, (word) => word.replace(/(.{2}[aeiou][^aeiou])(?=[^aeiou][aeiou].{2})/g, '$1\u00ad'));

const make = (name, options, how) => convert(how?.filter ? forWord(document(options)) : document(options), name, how);
make('two-columns.pdf', {
  title: 'Fog signals as clocks',
  author: 'M. Stancu-Whitford, J. Hasegawa-Boyle',
  body: paper.map((block) => (block.startsWith('<text:p') ? softHyphens(block) : block)).join(''),
  columns: 2,
});
make('bericht-de.pdf', {
  title: 'Jahresbericht 2023',
  author: 'Stadtgärtnerei Lindenbrück',
  body: bericht.join(''),
  language: 'fo:language="de" fo:country="DE"',
  header: 'Stadtgärtnerei Lindenbrück · Jahresbericht 2023',
});
make('zh.pdf', {
  title: '青禾县图书馆2023年度报告',
  author: '青禾县图书馆',
  body: zh.join(''),
  font: 'Noto Serif CJK SC',
  language: 'style:language-asian="zh" style:country-asian="CN"',
});
make(
  'contract.docx',
  { title: 'Hire of the research vessel Petrel', author: 'Skerry Marine Charter Ltd', body: contract.join('') },
  { filter: 'MS Word 2007 XML' },
);
