/** What the models have to run on: the graphics card or why there is none, processor cores, memory. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { GpuInfo, SystemInfo } from '../../src-main/contract/system';
import { useDesk } from '../state';
import { inBytes } from '../words';

/** Free memory changes with every program. */
const LOOK_MS = 10_000;
const GPU_NAMES = { cuda: 'CUDA', vulkan: 'Vulkan', metal: 'Metal' };

export function Hardware() {
  const { orpc } = useDesk();
  const { data } = useQuery(orpc.system.info.queryOptions({ refetchInterval: LOOK_MS }));
  return (
    <section aria-label="This machine" data-testid="hardware" className="mt-5 rounded-lg border border-rule bg-paper px-4 py-3">
      <h3 className="text-sm font-semibold text-soft">This machine</h3>
      <dl className="mt-2 grid grid-cols-[repeat(auto-fit,minmax(min(13rem,100%),1fr))] gap-x-6 gap-y-3 text-sm">
        <Fact name="Graphics card">{data ? <Card gpu={data.gpu} /> : '…'}</Fact>
        <Fact name="Processor">{data ? `${cores(data.cpu)}` : '…'}</Fact>
        <Fact name="Memory">
          {data ? <MemoryBar free_bytes={data.memory.available_bytes} total_bytes={data.memory.total_bytes} label="Memory in use" /> : '…'}
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-soft">{name}</dt>
      <dd className="mt-0.5 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

const cores = ({ cores: all, inference_threads }: SystemInfo['cpu']) =>
  `${all} ${all === 1 ? 'core' : 'cores'}, ${inference_threads === all ? 'all' : inference_threads} for models`;

function Card({ gpu: { used, devices, reason, tried, memory } }: { gpu: GpuInfo }) {
  if (used === null) return 'Is looked for when a model is first loaded.';
  return (
    <>
      {used === 'none' ? `Not used: models run on the processor. ${reason ?? ''}` : `${devices.join(', ') || 'Used'} (${GPU_NAMES[used]})`}
      {memory && <MemoryBar {...memory} label="Memory of the graphics card in use" />}
      {tried?.map(({ type, error }) => (
        <span key={type} className="mt-0.5 block text-xs text-doubt">
          {type} was tried and does not work: {error}
        </span>
      ))}
    </>
  );
}

function MemoryBar({ free_bytes, total_bytes, label }: { free_bytes: number; total_bytes: number; label: string }) {
  return (
    <>
      <span className="block">
        {inBytes(free_bytes)} of {inBytes(total_bytes)} free
      </span>
      <progress className="mt-1.5 block h-1.5 w-full" value={total_bytes - free_bytes} max={total_bytes} aria-label={label} />
    </>
  );
}
