// The elements other pages embed, with one script tag: <script type="module" src="…/embed/kv-cache-viz.js"></script>
import {KvCacheEstimator} from './estimator.js';
import {KvCacheFootprint} from './footprint.js';
import {KvCacheViz} from './viz.js';

export {KvCacheEstimator, KvCacheFootprint, KvCacheViz};

for (const [name, element] of Object.entries({'kv-cache-viz': KvCacheViz, 'kv-cache-footprint': KvCacheFootprint, 'kv-cache-estimator': KvCacheEstimator}))
  if (!customElements.get(name)) customElements.define(name, element.withProperties());
