import type { Graph } from '../ir';
import { fuseBiases } from './bias';
import { unpairLate } from './blocks';
import { removeDead } from './dead';
import { mergeDuplicates } from './duplicates';
import { gatherFactors } from './factors';
import { foldConstants } from './fold';
import { removeIdentities } from './identities';
import { moveTransposes } from './layout';
import { separateOutputs } from './outputs';
import { padInWindows } from './padding';
import type { Pass } from './rebuild';
import { maskBeforeBlocks, maskBeforeUnpooling } from './relu-pool';
import { reshapeLate } from './reshape-late';
import { spreadLate } from './spread';
import { splitTransposes } from './transposes';
import { normaliseVolumes } from './volumes';

const tidy: readonly Pass[] = [
  foldConstants,
  spreadLate,
  reshapeLate,
  removeIdentities,
  mergeDuplicates,
  removeDead,
];

/** The passes in their order. Each may show the others something new, so the small ones run more than once. */
const pipeline: readonly Pass[] = [
  maskBeforeBlocks,
  ...tidy,
  unpairLate,
  ...tidy,
  gatherFactors,
  ...tidy,
  gatherFactors,
  ...tidy,
  normaliseVolumes,
  ...tidy,
  moveTransposes,
  ...tidy,
  maskBeforeUnpooling,
  padInWindows,
  fuseBiases,
  splitTransposes,
  ...tidy,
  separateOutputs,
];

/** The same computation with fewer nodes and fewer elements moved. */
export function optimise(graph: Graph): Graph {
  return pipeline.reduce((current, pass) => pass(current), graph);
}
