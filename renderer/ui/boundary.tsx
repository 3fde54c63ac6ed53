/** Keeps what fails in one part of the window from taking the rest along: says it there, and offers to begin anew. */
import { Component, type ReactNode } from 'react';
import { sentenceOf } from '../state';
import { Button } from './button';

interface Props {
  /** What the part is called, at the beginning of a sentence. */
  name: string;
  children: ReactNode;
}

export class Boundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <div role="alert" data-testid="broken-part" className="grid h-full place-items-center bg-sheet p-8 text-center">
        <div className="max-w-[30rem]">
          <p>{this.props.name} cannot be shown. Your documents and what goes on with them are not touched.</p>
          <p className="mt-1 text-sm text-soft [overflow-wrap:anywhere]">{sentenceOf(this.state.error)}</p>
          {/* What could not be loaded once is not asked for again by the same page. */}
          <Button className="mt-4" data-testid="reload" onClick={() => location.reload()}>
            Open the window anew
          </Button>
        </div>
      </div>
    );
  }
}
