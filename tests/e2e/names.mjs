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
  {id: 'devices', role: 'radio', group: 'Devices', to: ['8', '72', '1', '128'], label: {1: '1', 8: '8', 72: '72', 128: '128'}},
  {id: 'devices', role: 'textbox', name: 'Devices, number', type: '12', to: ['12']},
  {id: 'system', role: 'combobox', name: 'System', to: ['gb200-nvl72', 'dgx-h100']},
  {id: 'link', role: 'combobox', name: 'Link', to: ['pcie-5', 'nvlink-4'], from: '?view=inference&devices=8'},
  {id: 'network', role: 'combobox', name: 'Network', to: ['eth-400', 'ib-xdr'], from: '?view=inference&devices=16'},
  {id: 'tp', role: 'combobox', name: 'Tensor', to: ['4', 'auto'], from: '?view=inference&devices=8'},
  {id: 'pp', role: 'combobox', name: 'Stages', to: ['2', 'auto'], from: '?view=inference&devices=8'},
  {id: 'ep', role: 'combobox', name: 'Experts', to: ['8', 'auto'], from: '?view=inference&devices=8&model=deepseek-v3'},
  {id: 'dcp', role: 'combobox', name: 'Tokens', to: ['2', 'auto'], from: '?view=inference&devices=8'},
  {id: 'estimate', role: 'radio', group: 'Estimate', to: ['ideal', 'textbook', 'calibrated'], label: {ideal: 'Ideal', textbook: 'Textbook', calibrated: 'Calibrated'}},
  {id: 'prompt', role: 'textbox', name: 'Prompt, number', type: '8K', to: ['8192']},
  {id: 'output', role: 'textbox', name: 'Answer, number', type: '100', to: ['100']},
  {id: 'prefix', role: 'textbox', name: 'Shared prefix, number', type: '512', to: ['512']},
  {id: 'draft', role: 'textbox', name: 'Drafted tokens, number', type: '4', to: ['4']},
  {id: 'acceptance', role: 'textbox', name: 'Accepted share, number', type: '0.7', to: ['0.7']},
  {id: 'frontend', role: 'textbox', name: 'Frontend time, number', type: '0.02', to: ['0.02']},
  {id: 'price', role: 'textbox', name: 'Price, 0: the row’s, number', type: '3.5', to: ['3.5']},
  {id: 'pue', role: 'textbox', name: 'PUE, number', type: '1.2', to: ['1.2']},
  {id: 'offload', role: 'combobox', name: 'Idle caches go to', to: ['cpu', 'nvme', 'network', 'none']},
  {id: 'show', role: 'radio', group: 'Shown', to: ['savings', 'fits', 'insights', 'compare', 'tables', 'stage'], label: {savings: 'Savings', fits: 'What fits', insights: 'Insights', compare: 'Compare', tables: 'Tables', stage: 'Stage'}},
  {id: 'at', role: 'slider', name: 'Position', to: ['0']},
];

/** Parameters without a control of their own on the wide page. */
export const NO_CONTROL = ['view', 'util', 'scale', 'theme', 'pins'];

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
export const SHEET = {raise: 'Raise the panel', lower: 'Lower the panel', group: 'Panel', tabs: ['Controls', 'Formula', 'Answers', 'Figures']};
export const UPDATE = {text: 'New version ready', button: 'Update'};

/** Configurations whose figures are compared with the command line. */
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
  '?view=inference&model=llama-3.1-405b&gpu=h100-sxm-80gb&context=131072&batch=64&devices=128&lengths=staggered',
  '?view=inference&model=deepseek-v3&gpu=h200-sxm-141gb&context=32768&batch=16&devices=8&weights=fp8&kv=fp8&prompt=8192&draft=3&offload=cpu',
  '?view=inference&model=phi-3.5-moe&gpu=max-1550-128gb&context=100M&weights=int4&kv=int8&block=64',
];

/** States worth a look at every size. */
export const STATES = {
  'first visit': '',
  'over capacity': '?view=inference&model=llama-3.1-405b&gpu=rtx-4090-24gb&context=1M&batch=32',
  'without optimisations': '?view=inference&model=llama-3.1-8b&gpu=a100-sxm-40gb&batch=8&cb=0&pa=0&fa=0',
  'no attention cache growth': '?view=inference&model=qwen3-next-80b-a3b&gpu=mi300x-192gb&context=100M&batch=32&lengths=staggered',
  'wafer': '?view=inference&model=llama-3.1-8b&gpu=wse-2&batch=4',
  'eight around a switch': '?view=inference&model=llama-3.1-70b&gpu=h100-sxm-80gb&context=131072&batch=8&devices=8&lengths=staggered',
  '128 in nodes': '?view=inference&model=llama-3.1-405b&gpu=h100-sxm-80gb&context=131072&batch=64&devices=128',
  'torus': '?view=inference&model=llama-3.1-70b&gpu=tpu-v5p&devices=64&batch=8',
  'mesh over capacity': '?view=inference&model=llama-3.1-405b&gpu=mi210-64gb&devices=4&batch=16&context=1M',
  'rack': '?view=inference&model=kimi-k2.5&gpu=gb200&devices=72&batch=72&show=stage',
  'savings': '?view=inference&model=deepseek-v3&gpu=h200-sxm-141gb&devices=8&show=savings',
  'fits': '?view=inference&model=llama-3.1-405b&gpu=h100-sxm-80gb&batch=4&show=fits',
  'insights': '?view=inference&show=insights',
  'compare': '?view=inference&show=compare&pins=%3Fview%3Dinference%26model%3Ddeepseek-v3%26gpu%3Dh200-sxm-141gb%26devices%3D8%7C%3Fview%3Dinference%26batch%3D8',
  'tables': '?view=inference&show=tables',
  'refused value': '?view=inference&model=no-such-model&batch=8',
};
