/** Models, hardware, counts, the API's address, and the choice of colours. */
import { useQuery } from '@tanstack/react-query';
import { Settings2 } from 'lucide-react';
import { Popover } from 'radix-ui';
import type { CareInfo, ModelInfo } from '../../src-main/contract/system';
import { sentenceOf, useDesk } from '../state';
import type { Theme } from '../theme';
import { IconButton } from '../ui/button';
import { counted, engineName } from '../words';

const THEMES: [Theme, string][] = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

export function SystemPopover({ theme, setTheme }: { theme: Theme; setTheme(theme: Theme): void }) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <IconButton label="Status and appearance" data-testid="system">
          <Settings2 size={17} />
        </IconButton>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          aria-label="Status and appearance"
          collisionPadding={12}
          sideOffset={6}
          className="z-40 max-h-(--radix-popover-content-available-height) w-[min(23rem,92vw)] overflow-y-auto rounded-lg border border-rule bg-sheet p-4 text-sm shadow-xl"
        >
          <fieldset className="flex gap-1 rounded-md bg-sunk p-1">
            <legend className="sr-only">Colours</legend>
            {THEMES.map(([name, label]) => (
              <button
                key={name}
                type="button"
                aria-pressed={theme === name}
                data-testid={`theme-${name}`}
                onClick={() => setTheme(name)}
                className={`flex-1 rounded px-2 py-1 ${theme === name ? 'bg-sheet font-semibold' : 'text-soft hover:text-ink'}`}
              >
                {label}
              </button>
            ))}
          </fieldset>
          <System />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function modelText({ id, state, detail, sends_text_to }: ModelInfo): string {
  if (sends_text_to) return `${id}: text is sent to ${sends_text_to}`;
  return state === 'absent' || !id ? (detail ?? 'none installed') : `${id} (${state})`;
}

const CARE: Record<CareInfo['state'], string> = {
  unchecked: 'not looked at yet',
  checking: 'being looked at',
  repairing: 'being repaired',
  sound: 'sound',
  restart_needed: 'damaged: close Pressmark and open it again, it is repaired at the start',
};

/** What had to be repaired is told once, the newest first; the log has the rest. */
function careText({ state, repairs }: CareInfo): string {
  const [last] = repairs;
  return last
    ? `${CARE[state]}. ${new Date(last.at).toLocaleDateString(undefined, { dateStyle: 'medium' })}: ${last.message}`
    : CARE[state];
}

function System() {
  const { orpc, desktop } = useDesk();
  const { data, error } = useQuery(orpc.system.info.queryOptions({ staleTime: 0 }));
  if (error) return <p className="mt-3 text-alarm">{sentenceOf(error)}</p>;
  if (!data) return <p className="mt-3 text-soft">Looking…</p>;
  const { counts, engines, gpu, models, problems } = data;
  const facts: [string, string][] = [
    ['Chat model', modelText(models.chat)],
    ['Search model', modelText(models.embedding)],
    ...(models.reranker.id ? [['Ordering model', modelText(models.reranker)] satisfies [string, string]] : []),
    ['Graphics card', gpu.used && gpu.used !== 'none' ? `${gpu.used}: ${gpu.devices.join(', ')}` : (gpu.reason ?? 'not in use yet')],
    [
      'Library',
      `${counted(counts.documents, 'document')}, ${counted(counts.chunks, 'passage')}${counts.jobs_open ? `, ${counts.jobs_open} being read` : ''}`,
    ],
    ['Its state', careText(data.care)],
    ['Documents in', engineName(engines.records)],
    ['Vectors in', engineName(engines.vectors)],
    ['Graph in', engines.graph === null ? 'nowhere' : engineName(engines.graph)],
    ['Folder', data.data_dir],
    [
      'API',
      desktop
        ? 'Address and token are in server.json of the folder above.'
        : `${location.origin} · token in server.json of the folder above`,
    ],
    ['Version', data.version],
  ];
  return (
    <>
      {problems.map(({ engine, message }) => (
        <p key={engine} data-testid="system-problem" className="mt-3 border-l-4 border-doubt pl-2.5">
          <strong className="font-semibold">{engineName(engine)}</strong> does not work at the moment. {message}
        </p>
      ))}
      <Facts facts={facts} />
    </>
  );
}

function Facts({ facts }: { facts: [string, string][] }) {
  return (
    <dl data-testid="system-facts" className="mt-3 grid grid-cols-[6.5rem_1fr] gap-x-3 gap-y-1.5">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="break-words [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
