// What the page's elements are called. Every test reads names from here.

export const BUTTON = {play: 'Play', pause: 'Pause', restart: 'Restart', help: 'Help', share: 'Share this configuration', close: 'Close', theme: /(Dark|Light) theme/};

/** One row a parameter: how a person changes it on the page. `to`: values to try, the last one differs from the first visit. */
export const CONTROLS = [
  {id: 'model', role: 'combobox', name: 'Model', to: ['gpt-2-124m', 'deepseek-v3', 'llama-3.1-70b']},
  {id: 'device', role: 'combobox', name: 'Device', to: ['t4-16gb', 'wse-2', 'h200-sxm-141gb']},
  {id: 'context', role: 'slider', name: 'Maximum context', to: ['4096', '100000000', '1000000']},
  {id: 'context', role: 'textbox', name: 'Maximum context, number', type: '300K', to: ['300000']},
  {id: 'batch', role: 'slider', name: 'Batch', to: ['1', '32']},
  {id: 'batch', role: 'textbox', name: 'Batch, number', type: '5', to: ['5']},
  {id: 'lengths', role: 'radio', group: 'Sequence lengths', to: ['equal', 'staggered'], label: {equal: 'All equal', staggered: 'Staggered'}},
  {id: 'dtype', role: 'radio', group: 'Data type', to: ['fp32', 'int4', 'fp8', 'bf16'], label: {fp32: 'FP32', int4: 'INT4', fp8: 'FP8', bf16: 'BF16'}},
  {id: 'weights', role: 'combobox', name: 'Weights in', to: ['nvfp4', 'int8']},
  {id: 'kv', role: 'combobox', name: 'Cache in', to: ['mxfp4', 'fp8']},
  {id: 'block', role: 'combobox', name: 'Block', to: ['256', '8']},
  {id: 'cb', role: 'switch', name: 'Continuous batching', to: ['0', '1']},
  {id: 'pa', role: 'switch', name: 'PagedAttention', to: ['0', '1']},
  {id: 'fa', role: 'switch', name: 'FlashAttention', to: ['0', '1']},
  {id: 'smw', role: 'switch', name: 'Skip model weights', to: ['1', '0']},
  {id: 'speed', role: 'radio', group: 'Speed', to: ['0.5', '100'], label: {0.5: '0.5×', 100: '100×'}},
  {id: 'at', role: 'slider', name: 'Position', to: ['0']},
];

/** Parameters without a control of their own on the wide page. */
export const NO_CONTROL = ['view', 'util', 'scale', 'theme'];

/** Figures on the page and the quantity each one shows. */
export const FIGURES = {
  'Memory needed': 'needed',
  'Weights': 'weights',
  'KV cache': 'kv_used',
  'Activations, runtime': 'overhead',
  'Cache efficiency': 'kv_efficiency',
  'Decode step': 'decode_floor',
  'Fits up to': 'fits_context',
  'Devices needed': 'devices_needed',
};

export const SLIDER = {position: 'Position', context: 'Maximum context', batch: 'Batch'};
export const SHEET = {raise: 'Raise the panel', lower: 'Lower the panel', group: 'Panel', tabs: ['Controls', 'Figures', 'Formula']};
export const UPDATE = {text: 'New version ready', button: 'Update'};

/** Ten configurations whose figures are compared with the command line. */
export const CONFIGURATIONS = [
  '?view=inference&model=llama-3.1-8b&gpu=h100-sxm-80gb&context=131072&batch=8',
  '?view=inference&model=llama-3.1-70b&gpu=h200-sxm-141gb&batch=4&kv=fp8',
  '?view=inference&model=deepseek-v3&gpu=b200-sxm-180gb&context=131072&dtype=fp8',
  '?view=inference&model=gpt-2-124m&gpu=t4-16gb&context=4096&batch=32&dtype=fp32',
  '?view=inference&model=gemma-2-27b&gpu=mi300x-192gb&context=1M&batch=2',
  '?view=inference&model=qwen3-next-80b-a3b&gpu=gb200&context=10M&batch=16',
  '?view=inference&model=mixtral-8x22b&gpu=a100-sxm-80gb&batch=8&fa=0&pa=0&cb=0',
  '?view=inference&model=mistral-7b-v0.1&gpu=rtx-4090-24gb&context=65536&at=20000&batch=3&lengths=staggered',
  '?view=inference&model=llama-3.2-1b&gpu=wse-2&context=200K&smw=1',
  '?view=inference&model=phi-3.5-moe&gpu=max-1550-128gb&context=100M&weights=int4&kv=int8&block=64',
];

/** States worth a look at every size. */
export const STATES = {
  'first visit': '',
  'over capacity': '?view=inference&model=llama-3.1-405b&gpu=rtx-4090-24gb&context=1M&batch=32',
  'without optimisations': '?view=inference&model=llama-3.1-8b&gpu=a100-sxm-40gb&batch=8&cb=0&pa=0&fa=0',
  'no attention cache growth': '?view=inference&model=qwen3-next-80b-a3b&gpu=mi300x-192gb&context=100M&batch=32&lengths=staggered',
  'wafer': '?view=inference&model=llama-3.1-8b&gpu=wse-2&batch=4',
  'refused value': '?view=inference&model=no-such-model&batch=8',
};
