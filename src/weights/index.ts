export { WeightsError } from './errors';
export { loadKeras, loadKerasWeights, type LoadWeightsOptions } from './load';
export type { LoadReport } from './match';
export { saveKeras } from './save';
