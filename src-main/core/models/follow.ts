/** At the start: the engines follow the settings, and changes of the models become events and work. */
import type { Runner } from '../jobs/runner';
import type { Ports } from '../ports';
import type { SettingsService } from '../settings/settings';
import type { ModelView } from './model-view';
import type { Models } from './models';
import type { Serving } from './serving';

interface Following {
  settings: SettingsService;
  models: Models;
  view: ModelView;
  runner: Runner;
  serving: Serving;
}

export async function followModels(
  { engines, models: stored, runtime }: Ports,
  { settings, models, view, runner, serving }: Following,
): Promise<void> {
  await models.external.load();
  settings.onChange(({ chat_model, embedding_model, reranker_model, model_mirror }) => {
    stored.setMirror(model_mirror);
    engines.choose('chat', chat_model);
    engines.choose('embedding', embedding_model);
    engines.choose('reranker', reranker_model);
  });
  await serving.start();
  let vectorsOf = engines.embedding.model();
  engines.onChange((id) => {
    view.announceEngine(id);
    const model = engines.embedding.model();
    if (model === vectorsOf) {
      // The engine of the old vectors was switched off before the new ones were complete.
      if (serving.isBereft()) void serving.check();
      return;
    }
    vectorsOf = model;
    runner
      .embedWhatLacksVectors()
      .then(() => serving.check())
      .catch((error) => runtime.log.error('documents could not be queued for their vectors', { message: String(error) }));
  });
}
