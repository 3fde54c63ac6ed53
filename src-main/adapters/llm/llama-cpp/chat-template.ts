/** The chat format of a model, without the doubled first token that the library gives to models which want none. */
import type { ChatWrapper, LlamaModel } from 'node-llama-cpp';

/**
 * The library's ChatML format always begins with the model's first token (BOS). Where the model's metadata says that none is to be
 * added, as for SmolLM2, whose BOS is `<|im_start|>` itself, the prompt would begin with two.
 */
export async function chatTemplate(model: LlamaModel): Promise<ChatWrapper> {
  const { LlamaText, SpecialToken, resolveChatWrapper } = await import('node-llama-cpp');
  const wrapper = resolveChatWrapper(model);
  if (model.tokens.shouldPrependBosToken) return wrapper;
  const render = wrapper.generateContextState.bind(wrapper);
  wrapper.generateContextState = (options) => {
    const state = render(options);
    const [first, ...rest] = state.contextText.values;
    const begins = first instanceof SpecialToken && first.value === 'BOS';
    return begins ? { ...state, contextText: LlamaText(rest) } : state;
  };
  return wrapper;
}
