/** Given names and the short forms that are made of them, English and Russian ones. */

const SHORT_FORMS = `
  eliza liza
  elizabeth lizzy lizzie liza eliza beth betsy betty bess
  catherine kitty cathy kate katie cate
  katherine kitty kathy kate katie
  margaret meg peggy maggie madge
  mary polly molly
  sarah sally
  ellen nell nelly
  eleanor nell nelly ellie
  dorothea dodo dorothy dolly
  wilhelmina mina
  theresa tess tessa
  susan sue susie
  rebecca becky
  frances fanny
  anne nan nancy annie
  anna annie
  josephine jo josie
  thomas tom tommy
  william will bill billy willie
  robert bob bobby rob robbie
  richard dick rick
  james jim jimmy jem jamie
  john jack johnny
  henry harry hal
  edward ned ted teddy eddie
  charles charlie charley
  george georgie
  joseph joe joey jos
  samuel sam sammy
  benjamin ben benny
  nicholas nick
  michael mike mick
  daniel dan danny
  david dave davy
  philip phil pip
  frederick fred freddy
  alexander alec alex sandy
  andrew andy drew
  anthony tony
  peter pete
  francis frank
  matthew matt
  christopher kit chris
  jeremiah jerry
  gerald jerry
  timothy tim
  edmund ned
  gilbert gil bert
  albert bert bertie al
  herbert bert bertie
  algernon algy
  leonard len lenny
  lawrence larry laurie
  theodore ted teddy theo
  walter walt wally
  arthur art artie
  patrick pat paddy
  patricia pat patty
  ronald ron ronnie
  donald don donnie
  kenneth ken kenny
  stephen steve stevie
  steven steve
  jonathan jon
  nathaniel nat nate
  abraham abe
  isaac ike
  jacob jake
  ebenezer eben
  friedrich fritz
  heinrich heinz
  johannes hans
  josephine josy
  deborah debby debbie deb
  jennifer jenny jen
  jane jenny janie
  jessica jess jessie
  barbara babs barbie
  victoria vicky
  penelope penny
  harriet hattie
  henrietta hetty etta
  charlotte lottie
  caroline carrie
  julia julie
  alice allie
  amelia emmy millie
  emily emmy em
  emma emmy
  georgiana georgy
  isabella bella belle
  gwendolen gwen
  priscilla prissy
  lucretia lucy
  minerva minnie
  wilhelmina minnie
  alexander sasha sanya shura
  alexandra sasha sandra
  alexey alyosha alyoshka lyosha
  alexei alyosha lyosha
  dmitri mitya mitka dima
  dmitry mitya dima
  ivan vanya vanka
  nikolay kolya nikolenka
  nikolai kolya nikolenka
  mikhail misha
  mihail misha
  michael misha
  pyotr petya
  peter petya
  pavel pasha pavlusha
  fyodor fedya
  grigory grisha
  sergey seryozha
  sergei seryozha
  konstantin kostya
  stepan stiva styopa
  ilya ilusha ilyusha
  rodion rodya rodka
  vasily vasya vaska
  vladimir volodya vova
  boris borya
  yevgeny zhenya
  andrey andryusha
  semyon senya
  arkady arkasha
  katerina katya katenka katka
  ekaterina katya
  avdotya dounia dunya dounechka
  sofya sonya sonia sonechka
  sofia sonya sonia sofi
  natalya natasha
  natalia natasha natalie
  marya masha mashenka
  maria masha
  darya dasha
  nastasya nastya
  anastasia nastya
  tatyana tanya
  elena lena lenotchka
  yelena lena
  lizaveta liza
  yelizaveta liza
  agrafena grushenka grusha
  praskovya parasha pashenka
  varvara varya varenka
  anna anya anyuta`;

const LONG_FORMS = new Map<string, Set<string>>();
for (const line of SHORT_FORMS.trim().split('\n')) {
  const [long = '', ...short] = line.trim().split(' ');
  for (const one of short) LONG_FORMS.set(one, (LONG_FORMS.get(one) ?? new Set()).add(long));
}

/** Given names that a short form can stand for. */
export const longForms = (short: string): ReadonlySet<string> => LONG_FORMS.get(short) ?? new Set();

/** Words of their own as well. */
const WORDS = new Set(
  'will bill rob bob sue frank drew kit sandy pat nick jack dick rick hal pip jo tony art don ken penny gil al em deb jess belle nat abe jake'.split(
    ' ',
  ),
);

const LONG = new Set([...LONG_FORMS.values()].flatMap((forms) => [...forms]));

/** First names that are not in every dictionary. */
export const isGivenName = (word: string): boolean => (LONG_FORMS.has(word) || LONG.has(word)) && !WORDS.has(word);
