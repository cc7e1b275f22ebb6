import type { CaseSet } from '../expected';
import { callbackCheck } from './callback';
import { denseLayerCheck, transitionCheck } from './densenet';
import { convolveCheck, poolCheck } from './filters';
import { costCheck, descendCheck, gradientsCheck } from './regression';
import { convolutionalBlockCheck, identityBlockCheck, resnet50Check, resnet50HeadCheck } from './resnet';
import { trainingCheck } from './training';

/** Tries an answer; returns what was right, in a few words, and throws `Wrong` with what is not. */
export type Check = (actual: unknown, set: CaseSet) => string;

/** All checks by name. */
export const checks = {
  'regression.cost': costCheck,
  'regression.gradients': gradientsCheck,
  'regression.descend': descendCheck,
  'filters.convolve': convolveCheck,
  'filters.maxPool': poolCheck,
  'mnist.callback': callbackCheck('mnist-callback'),
  'mnist.training': trainingCheck('mnist-training'),
  'happyOrSad.callback': callbackCheck('happy-or-sad-callback'),
  'happyOrSad.training': trainingCheck('happy-or-sad-training'),
  'models.identityBlock': identityBlockCheck,
  'models.convolutionalBlock': convolutionalBlockCheck,
  'models.resnet50': resnet50Check,
  'models.resnet50Head': resnet50HeadCheck,
  'models.denseLayer': denseLayerCheck,
  'models.transition': transitionCheck,
} as const satisfies Record<string, Check>;

export type CheckName = keyof typeof checks;
