/** Words that tell what a name is, or that it is none. English first; the common ones of German, French and Spanish too. */

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/u).filter(Boolean));

/** Before the name of a person, and before nothing else. */
export const ADDRESS =
  'Mr|Mrs|Ms|Madam|Miss|Mister|Mistress|Mester|Maister|Mme|Mlle|Dr|Doctor|Prof|Professor|Rev|Reverend|Sir|Lady|Lord|Captain|Capt|Cap[’\u0027]n|Colonel|Col|Lieutenant|Lt|Sergeant|Admiral|Commodore|Inspector|Superintendent|Judge|Senator|Herr|Frau|Fräulein|Monsieur|Messieurs|Messrs|Madame|Mademoiselle|Señor|Señora|Signor|Signora|Princess|Duchess|Countess|Comtesse|Viscount|Vicomte|Baroness|Marquise|Archbishop|Archdeacon|Rabbi|Uncle|Aunt|Cousin|Grandfather|Grandmother';

/** Of offices: before a name, or at the end of what somebody is. */
export const OFFICE = 'President|Chancellor|Minister|Secretary|Governor|Mayor|Ambassador';

/** Before the name of a person, but of things as well: “General Electric”, “Prince Edward Island”. */
const RANK =
  'Master|Squire|Constable|Detective|Commander|Commandant|Marshal|Corporal|General|Gen|Major|Justice|King|Queen|Prince|Emperor|Empress|Tsar|Czar|Duke|Duc|Count|Comte|Earl|Marquis|Baron|Chevalier|Pope|Cardinal|Bishop|Canon|Abbé|Father|Sister|Brother|Don|Doña|Dame';

/** Before the name of a person. */
export const HONORIFIC = `${ADDRESS}|${OFFICE}|${RANK}`;

/** Words of a name that make it an organisation. */
export const ORGANISATION_WORDS = set(`
  inc ltd llc llp plc corp corporation company co gmbh ag kg se sa sarl bv nv oy ab university college institute institution school academy
  bank ministry department agency authority commission committee council board bureau office association society foundation trust union
  federation league group holdings partners ventures industries laboratories laboratory labs hospital museum library church parliament senate
  court tribunal party organization organisation airlines railways railway motors systems technologies robotics software consortium club press
  verein stiftung universität hochschule gesellschaft bundesamt amt société université hôpital works`);

/** Words at the end of a name that make it a thing of paper or a matter of an office, whatever title seems to stand before. */
export const THING_WORDS = set(`
  agreement agreements contract contracts terms conditions schedule counsel provisions provision clause act acts law laws code codes rule rules
  regulation regulations report reports plan plans policy policies program programme project system service services procedure procedures
  standards guide manual handbook form forms notice statement statements budget account accounts fund funds instructions information assembly election
  elections league award prize cup championship series edition version release bible key plan day days manager partner secretary editor`);

/** Words of a name that make it a place. */
export const PLACE_WORDS = set(`
  river lake mount mountain mountains valley bay island islands isle ocean sea gulf cape desert forest street avenue road square lane
  boulevard city town village county province district region harbour harbor port park beach hill hills coast peninsula strait castle abbey
  republic kingdom straße platz berg`);

/** Some of these are family names as well: after a first name they are. */
export const FAMILY_NAMES = set('lake hill hills park berg forest castle beach lane port mountain island church abbey');

/** Names of people as well: behind a title or a first name they are. */
export const BORNE = set(
  'january march april may june august winter summer spring autumn easter christmas noel english french german dutch irish welsh christian roman page head cook king queen friday monday sunday',
);

/** Where every word has a capital, these still belong to no name. */
export const INNER = set(`
  a an the and or but nor is are was were be been being has have had do does did his her its their our your my in on at by for from with without
  to as into upon about not that this these those who whose which when where why how if than then so`);

/** What people do when they speak, and nothing else does. */
export const VOICE =
  'replied|cried|exclaimed|whispered|murmured|muttered|shouted|screamed|laughed|smiled|nodded|sighed|sobbed|grunted|grinned|yawned|blushed|shrugged';

/** What a person is by trade or office, before or behind the name. */
export const TRADE =
  'spokes(?:man|woman|person)|president|chair(?:man|woman|person)?|director|manager|analyst|economist|professor|researcher|scientist|physicist|engineer|lawyer|attorney|prosecutor|judge|minister|senator|secretary|governor|mayor|ambassador|candidate|author|writer|novelist|poet|editor|journalist|reporter|historian|artist|painter|sculptor|architect|composer|singer|actor|actress|teacher|student|doctor|surgeon|nurse|soldier|captain|coach|player|champion|founder|owner|chef|designer|producer|farmer|merchant|officer|executive|consultant|curator';

/** Said of people only. */
export const SPEECH =
  'said|says|replied|asked|answered|cried|exclaimed|whispered|shouted|murmured|thought|wrote|writes|smiled|laughed|nodded|sighed|spoke|told|added|explained|remarked|argued|recalled|died|married|lived|himself|herself|who';

/** Capitalised, but no name; singular words of a document's own structure among them. */
export const NO_NAME = set(`
  exit exeunt enter re-enter scene act prologue epilogue dramatis personae finis curtain
  mother papa mamma mama mummy mommy daddy dad mum mom grandma grandpa granny majesty majesties highness excellency eminence holiness lordship
  ladyship worship honour frenchman frenchmen englishman englishmen irishman irishmen scotsman scotsmen welshman welshmen dutchman dutchmen
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
  ceo cfo cto coo chairman president director manager vice prime deputy chief officer head engineer professor minister king queen
  ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xvii xviii xix xx`);

/** Begin sentences; never begin a name. */
export const OPENERS = set(`
  the a an this that these those he she it they we you his her its their our my your who whose what which when where why how if in on at by
  for from with without to of as and or but nor so yet because since while although though after before during until under over between among
  into onto upon about against through not no there here then thus hence however moreover therefore furthermore meanwhile also all any each
  every some many most few both either neither one two three four five six seven eight nine ten first second third last next another other
  such same only even just once now today yesterday tomorrow later soon never always often perhaps maybe please see let do does did is are was
  meantime meanwhile whereupon nevertheless nonetheless indeed surely certainly suddenly presently besides thereupon accordingly otherwise instead
  finally thy thou thee ye thine thyself hath doth nay yea lo behold wherein whereat hereafter hereupon ere oft methinks
  everybody nobody somebody anybody everyone anyone someone everything nothing something anything whoever whatever whether
  were be been being have has had can could will would shall should may might must yes according despite unlike like within across along
  der die das ein eine und oder aber wenn als auch nicht im am zum zur von mit für auf aus bei nach seit über unter
  le la les un une des et ou mais si dans sur pour avec sans el los las una y o pero en con por para`);

/** Often enough in English text, seldom in another language. */
export const ENGLISH = set('the of and to in is was that for it with as on be by at this are from he she his her not had have which');
