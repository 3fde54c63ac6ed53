/** Words that tell what a name is, or that it is none. English first; the common ones of German, French and Spanish too. */

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/u).filter(Boolean));

/** Before the name of a person. */
export const HONORIFIC =
  'Mr|Mrs|Ms|Madam|Miss|Mister|Master|Mme|Mlle|Dr|Doctor|Prof|Rev|Reverend|Squire|Inspector|Admiral|Cap[’\\u0027]n|Professor|Sir|Lady|Lord|Captain|Capt|Colonel|Col|General|Gen|Major|Lieutenant|Lt|Sergeant|Judge|Justice|Senator|President|Chancellor|Minister|King|Queen|Prince|Princess|Duke|Duchess|Count|Countess|Baron|Baroness|Father|Sister|Brother|Uncle|Aunt|Herr|Frau|Monsieur|Madame|Mademoiselle|Señor|Señora|Don|Doña';

/** Words of a name that make it an organisation. */
export const ORGANISATION_WORDS = set(`
  inc ltd llc llp plc corp corporation company co gmbh ag kg se sa sarl bv nv oy ab university college institute institution school academy
  bank ministry department agency authority commission committee council board bureau office association society foundation trust union
  federation league group holdings partners ventures industries laboratories laboratory labs hospital museum library church parliament senate
  court tribunal party organization organisation airlines railways railway motors systems technologies robotics software consortium club press
  verein stiftung universität hochschule gesellschaft bundesamt amt société université hôpital works`);

/** Words of a name that make it a place. */
export const PLACE_WORDS = set(`
  river lake mount mountain mountains valley bay island islands isle ocean sea gulf cape desert forest street avenue road square lane
  boulevard city town village county province district region harbour harbor port park beach hill hills coast peninsula strait castle abbey
  republic kingdom straße platz berg`);

/** Some of these are family names as well: after a first name they are. */
export const FAMILY_NAMES = set('lake hill hills park berg forest castle beach lane port mountain island church abbey');

/** Said of people only. */
export const SPEECH =
  'said|says|replied|asked|answered|cried|exclaimed|whispered|shouted|murmured|thought|wrote|writes|smiled|laughed|nodded|sighed|spoke|told|added|explained|remarked|argued|recalled|died|married|lived|himself|herself|who';

/** Capitalised, but no name; singular words of a document's own structure among them. */
export const NO_NAME = set(`
  i im ill ive id figure figures fig table tables chapter chapters section sections appendix annex page pages part parts article articles
  volume note notes step steps example examples paragraph clause item items version exhibit schedule contents index introduction conclusion
  conclusions summary abstract references bibliography acknowledgements acknowledgments preface foreword glossary overview background
  methods results discussion purpose scope title date name address phone email tel fax http https www pdf html url faq todo etc
  january february march april may june july august september october november december monday tuesday wednesday thursday friday
  saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun christmas easter spring summer autumn winter
  montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli oktober dezember
  english french german italian spanish portuguese dutch russian chinese japanese american british european african asian indian roman
  greek latin arabic swiss austrian irish scottish welsh christian christians jewish jews muslim muslims catholic protestant
  yes no ok oh ah well mr mrs ms miss dr sir madam lord god heaven project gutenberg gutenberg-tm ebook copyright rights reserved
  ceo cfo cto coo chairman president director manager vice chief officer head engineer professor minister king queen
  ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xvii xviii xix xx`);

/** Begin sentences; never begin a name. */
export const OPENERS = set(`
  the a an this that these those he she it they we you his her its their our my your who whose what which when where why how if in on at by
  for from with without to of as and or but nor so yet because since while although though after before during until under over between among
  into onto upon about against through not no there here then thus hence however moreover therefore furthermore meanwhile also all any each
  every some many most few both either neither one two three four five six seven eight nine ten first second third last next another other
  such same only even just once now today yesterday tomorrow later soon never always often perhaps maybe please see let do does did is are was
  everybody nobody somebody anybody everyone anyone someone everything nothing something anything whoever whatever whether
  were be been being have has had can could will would shall should may might must yes according despite unlike like within across along
  der die das ein eine und oder aber wenn als auch nicht im am zum zur von mit für auf aus bei nach seit über unter
  le la les un une des et ou mais si dans sur pour avec sans el los las una y o pero en con por para`);

/** Often enough in English text, seldom in another language. */
export const ENGLISH = set('the of and to in is was that for it with as on be by at this are from he she his her not had have which');
